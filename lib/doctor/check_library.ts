/** The search for libtensorflow, step by step. */

import { findLibrary, type SearchPlace } from "../backend/tensorflow/library/find_library.ts";

/** One step of the search. */
export interface LibraryStep {
  readonly place: SearchPlace;
  /** Folder or file; `null` where there was none to look at. */
  readonly path: string | null;
  readonly hasLibrary: boolean;
  /** One line. */
  readonly explanation: string;
}

/** Searches as the backend does. Never rejects. */
export async function checkLibrary(libraryPath: string | undefined): Promise<LibraryStep[]> {
  try {
    const { steps } = await findLibrary({ libraryPath });
    return steps.map(({ place, path, files, explanation }) => ({
      place,
      path: files?.libraryPath ?? path,
      hasLibrary: files !== null,
      explanation,
    }));
  } catch (error) {
    const explanation = (error as Error).message.split("\n")[0]!;
    return [{ place: "option", path: null, hasLibrary: false, explanation }];
  }
}
