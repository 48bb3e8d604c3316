/** What can be fetched: published files, with their addresses, what is known of them, and where they belong. */

import type { FileFacts } from "./find_file_fault.ts";

/** Where a file can be had. */
export interface Address {
  readonly url: string;
  /** Whether only one source named it for this file, and nobody tried it here. The checksum decides all the same. */
  readonly isUnverified?: true;
}

/** One file. */
export interface PublishedDownload extends FileFacts {
  readonly fileName: string;
  /** The publisher's first, then mirrors. None where only a person can fetch the file. */
  readonly addresses: readonly Address[];
  /** Folder below the data root, which the file or what is in it goes to. */
  readonly folder: string;
  /** The folder in the archive that is unpacked, by its name; a file that is no archive is used as it is. */
  readonly unpack?: string;
}

/** Files that belong together. */
export interface PublishedSource {
  /** As the command line names it. */
  readonly name: string;
  readonly title: string;
  readonly files: readonly PublishedDownload[];
  /** Terms of use in one line. */
  readonly licence: string;
  /** Whether they restrict the use, so that somebody must accept them. */
  readonly mustAccept: boolean;
  /** What to do where no address works, or there is none: who has the files, and how to ask for them. */
  readonly byHand: string;
}
