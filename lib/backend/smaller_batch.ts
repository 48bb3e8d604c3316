/** What makes tensors smaller, as the command line names it: a part of every error about memory. */
export const SMALLER_BATCH =
  "pass a smaller --micro-batch, or lower --classes-per-batch, --images-per-class or --input-size";
