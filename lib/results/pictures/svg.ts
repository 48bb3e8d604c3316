/** SVG as text: no browser, no library, the same bytes everywhere. */

/** Attributes of an element; numbers are rounded to 1/100 px. */
export type SvgAttributes = Readonly<Record<string, string | number>>;

/** One element; `content` is SVG, or text that is escaped already. */
export function formatElement(name: string, attributes: SvgAttributes, content = ""): string {
  const parts = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === "number" ? formatLength(value) : escapeXml(value);
    return ` ${key}="${text}"`;
  });
  return `<${name}${parts.join("")}${content === "" ? "/>" : `>${content}</${name}>`}`;
}

/** A text element. */
export function formatText(text: string, x: number, y: number, attributes: SvgAttributes): string {
  return formatElement("text", { x, y, ...attributes }, escapeXml(text));
}

/** A whole picture on white, with a title for those who cannot see it. */
export function formatPicture(
  width: number,
  height: number,
  title: string,
  parts: readonly string[],
): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "font-family": "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif",
    "font-size": 12,
  };
  const body = [
    formatElement("title", {}, escapeXml(title)),
    formatElement("rect", { width, height, fill: "#ffffff" }),
    ...parts,
  ];
  return `${formatElement("svg", attributes, `\n${body.join("\n")}\n`)}\n`;
}

/** A number of pixels, rounded to 1/100. */
export function formatLength(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return `${rounded === 0 ? 0 : rounded}`; // no -0
}

/** Escapes what XML would take for markup; what XML cannot hold, such as control characters, is shown as �. */
export function escapeXml(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "\ufffd");
  return visible.replace(/[&<>"]/g, (character) => {
    switch (character) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      default:
        return "&quot;";
    }
  });
}
