/** Where a task finds its data and leaves its results. */

/** Where the images are. The class of an image is the path of its folder below the one that is named here. */
export interface ClassFolders {
  /** Images to train on. */
  readonly train: string;
  /** Images that query each other; with a gallery, those that are looked up in it. */
  readonly test: string;
  /** Images that queries are looked up in. */
  readonly gallery?: string;
}

/** The folders that a task works with. */
export interface Workspace {
  /** Folder of the datasets, and of pretrained weights. */
  readonly dataRoot: string;
  /** Folder of rows, runs, tables. */
  readonly resultsRoot: string;
  /** Class folders that runs stand on, instead of a converted dataset. */
  readonly folders?: ClassFolders;
}
