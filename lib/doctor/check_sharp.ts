/** The image decoder. */

/** What sharp can do here, or why it does not load. */
export type SharpReport =
  | {
    readonly isAvailable: true;
    readonly version: string;
    /** Of libvips, which decodes. */
    readonly vipsVersion: string;
    /** Formats it reads from a file. */
    readonly formats: readonly string[];
  }
  | { readonly isAvailable: false; readonly reason: string };

/** Formats that datasets come in. */
const FORMATS = ["jpeg", "png", "webp", "gif", "tiff"] as const;

/** Loads sharp. Never rejects. */
export async function checkSharp(): Promise<SharpReport> {
  try {
    const { default: sharp } = await import("sharp");
    return {
      isAvailable: true,
      version: sharp.versions.sharp ?? "unknown",
      vipsVersion: sharp.versions.vips,
      formats: FORMATS.filter((format) => sharp.format[format]?.input.file),
    };
  } catch (error) {
    return { isAvailable: false, reason: (error as Error).message.split("\n")[0]! };
  }
}
