/** The miniature CARS196, in either of the layouts that Stanford Cars was published in. */

import { RandomStream } from "../random_stream.ts";
import { formatMatlab, matlabScalar, type MatlabValue } from "../file/matlab/write.ts";
import { carDistance, type CarTraits, drawCarTraits } from "./car_traits.ts";
import { composeCarScene } from "./car_scene.ts";
import type { FileKind } from "./photograph.ts";
import {
  countZeroShotSplits,
  type DatasetPlan,
  drawImageCounts,
  fixtureStream,
  planExpectedCounts,
  planImage,
  type PlannedFile,
  type PlannedImage,
  spreadTraits,
} from "./plan.ts";
import { FIXTURES_SEED, type Tuning } from "./tuning.ts";

/** `old`: `cars_annos.mat` and `car_ims/`; `devkit`: `devkit/`, `cars_train/`, `cars_test/`. */
export type CarsLayout = "old" | "devkit";

/** Plans the miniature; every path starts with `original/`. Both layouts hold the same images. */
export function planCars196(tuning: Tuning, layout: CarsLayout = "old"): DatasetPlan {
  const models = spreadTraits("cars196", tuning, drawCarTraits, carDistance);
  const imageCounts = drawImageCounts("cars196", tuning);
  const cars = models.flatMap((traits, c) =>
    Array.from({ length: imageCounts[c]! }, (_, i) => ({ traits, c, i }))
  );
  const names = nameModels(models);
  const counts = planExpectedCounts(
    "original/expected_counts.json",
    countZeroShotSplits(imageCounts, tuning.trainClassCount),
  );
  const plan = layout === "old" ? planOld(cars, names, tuning) : planDevkit(cars, names, tuning);
  return { images: plan.images, files: [...plan.files, counts] };
}

interface PlannedCar {
  readonly traits: CarTraits;
  /** Class, from 0. */
  readonly c: number;
  /** Image of the class, from 0. */
  readonly i: number;
}

/** The classification split, which is not the zero-shot one. */
function isTest({ i }: PlannedCar): boolean {
  return i % 2 === 1;
}

function planOld(
  cars: readonly PlannedCar[],
  names: readonly string[],
  tuning: Tuning,
): DatasetPlan {
  const paths = cars.map((_, k) => `car_ims/${String(k + 1).padStart(6, "0")}.jpg`);
  const annotations = struct(cars.map((car, k) => ({
    relative_im_path: { kind: "char", text: paths[k]! },
    ...describeBounds(car, tuning),
    class: matlabScalar(car.c + 1),
    test: matlabScalar(isTest(car) ? 1 : 0),
  })));
  return {
    images: cars.map((car, k) => planCar(`original/${paths[k]}`, car, tuning)),
    files: [planMatlab("cars_annos.mat", { annotations, class_names: cell(names) })],
  };
}

function planDevkit(
  cars: readonly PlannedCar[],
  names: readonly string[],
  tuning: Tuning,
): DatasetPlan {
  const stream = RandomStream.named(FIXTURES_SEED, "fixtures/cars196/devkit");
  const images: PlannedImage[] = [];
  const annotate = (folder: string, some: PlannedCar[]) =>
    struct(
      stream.shuffle(some).map((car, k) => {
        const name = `${String(k + 1).padStart(5, "0")}.jpg`;
        images.push(planCar(`original/${folder}/${name}`, car, tuning));
        return {
          ...describeBounds(car, tuning),
          class: matlabScalar(car.c + 1),
          fname: { kind: "char", text: name },
        };
      }),
    );
  const train = annotate("cars_train", cars.filter((car) => !isTest(car)));
  const test = annotate("cars_test", cars.filter(isTest));
  return {
    images,
    files: [
      planMatlab("devkit/cars_meta.mat", { class_names: cell(names) }),
      planMatlab("devkit/cars_train_annos.mat", { annotations: train }),
      planMatlab("cars_test_annos_withlabels.mat", { annotations: test }),
    ],
  };
}

function planCar(path: string, { traits, c, i }: PlannedCar, tuning: Tuning): PlannedImage {
  return planImage(
    path,
    kindOf(c, i),
    tuning.nuisance,
    () => fixtureStream("cars196", c + 1, i),
    (stream) => composeCarScene(traits, tuning.nuisance, stream),
  );
}

function kindOf(c: number, i: number): FileKind {
  if (i !== 2) return "rgb";
  return c === 3 ? "cmyk" : c % 11 === 5 ? "gray" : "rgb";
}

function describeBounds({ traits, c, i }: PlannedCar, tuning: Tuning): Record<string, MatlabValue> {
  const { bounds } = composeCarScene(traits, tuning.nuisance, fixtureStream("cars196", c + 1, i));
  const [left, top, right, bottom] = bounds.map(matlabScalar) as [
    MatlabValue,
    MatlabValue,
    MatlabValue,
    MatlabValue,
  ];
  return { bbox_x1: left, bbox_y1: top, bbox_x2: right, bbox_y2: bottom };
}

function struct(elements: readonly Readonly<Record<string, MatlabValue>>[]): MatlabValue {
  return {
    kind: "struct",
    shape: [1, elements.length],
    fieldNames: Object.keys(elements[0] ?? {}),
    elements,
  };
}

function cell(texts: readonly string[]): MatlabValue {
  return {
    kind: "cell",
    shape: [1, texts.length],
    cells: texts.map((text) => ({ kind: "char", text })),
  };
}

function planMatlab(path: string, variables: Record<string, MatlabValue>): PlannedFile {
  return { path: `original/${path}`, bytes: formatMatlab(variables) };
}

const MAKERS = [
  "Aurelia",
  "Borealis",
  "Cormorant",
  "Dunmore",
  "Estrella",
  "Falkirk",
  "Granite",
  "Halcyon",
];
const MODELS = [
  "Meridian",
  "Vesper",
  "Kestrel",
  "Sable",
  "Quill",
  "Lumen",
  "Ridgeway",
  "Porter",
  "Pico",
  "Solstice",
  "Tern",
];

/** One name each, such as `Dunmore Porter C/V Van 2009`; vans have a slash, as in the original. */
function nameModels(models: readonly CarTraits[]): string[] {
  return models.map(({ body }, c) => {
    const model = MODELS[(c * 7 + Math.floor(c / 8)) % MODELS.length]!;
    const kind = body === "Van" ? "C/V Van" : body;
    return `${MAKERS[c % MAKERS.length]} ${model} ${kind} ${1994 + (c * 5) % 19}`;
  });
}
