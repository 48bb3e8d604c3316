/** Embeddings for TensorBoard's projector: two files of tab-separated values, and one that names them. */

import { join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";

/** Rows that the projector shows. */
export interface ProjectedEmbeddings {
  /** [N, D], row-major. */
  readonly data: Float32Array;
  readonly rowCount: number;
  readonly columnCount: number;
  /** Class and image of each row. */
  readonly labels: readonly { readonly classId: string; readonly imagePath: string }[];
}

const NAME = "test_embeddings";

/** Writes the files into a folder of event files. */
export async function writeProjector(folder: string, rows: ProjectedEmbeddings): Promise<void> {
  const config = `embeddings {
  tensor_name: "${NAME}"
  tensor_path: "${NAME}.tsv"
  metadata_path: "${NAME}_metadata.tsv"
}
`;
  await writeFileAtomic(join(folder, `${NAME}.tsv`), formatVectors(rows));
  await writeFileAtomic(join(folder, `${NAME}_metadata.tsv`), formatLabels(rows));
  await writeFileAtomic(join(folder, "projector_config.pbtxt"), config); // last: it names the others
}

function formatVectors({ data, rowCount, columnCount }: ProjectedEmbeddings): string {
  const lines = Array.from({ length: rowCount }, (_, row) => {
    const values = data.subarray(row * columnCount, (row + 1) * columnCount);
    return Array.from(values, (value) => value.toPrecision(9)).join("\t");
  });
  return lines.join("\n") + "\n";
}

function formatLabels({ labels }: ProjectedEmbeddings): string {
  const clean = (text: string) => text.replaceAll(/[\t\r\n]/g, " ");
  const lines = labels.map(({ classId, imagePath }) => `${clean(classId)}\t${clean(imagePath)}`);
  return ["class\timage", ...lines].join("\n") + "\n";
}
