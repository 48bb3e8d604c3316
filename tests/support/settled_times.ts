/** Waits until files that were just written are older than a step of their file system's times. */
export async function letTimesSettle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 150));
}
