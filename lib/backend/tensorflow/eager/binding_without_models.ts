/** The part of tfjs-node's `TFJSBinding` that loads saved models: this one has none. */

import { BindingCodes } from "../library/codes.ts";

/** A binding that refuses saved models. */
export class BindingWithoutModels extends BindingCodes {
  /** Saved models are not loaded through this binding. */
  getNumOfSavedModels(): number {
    return 0;
  }

  /** Saved models are another's task. */
  loadSavedModel(): never {
    throw new TypeError("Cannot load saved model as this binding only runs eager ops");
  }

  /** Saved models are another's task. */
  runSavedModel(): never {
    throw new TypeError("Cannot run saved model as this binding only runs eager ops");
  }

  /** Saved models are another's task. */
  deleteSavedModel(): never {
    throw new TypeError("Cannot delete saved model as this binding only runs eager ops");
  }
}
