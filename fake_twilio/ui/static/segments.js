// The number of segments of a message, for the counter under the input; billing uses the fake's own count.

const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENDED = new Set("^{}\\[]~|€\f");

/** Return the encoding, the segments, and the characters that still fit into the last one. */
export function segments(text) {
  const characters = Array.from(text);
  const gsm = characters.every((each) => GSM.has(each) || EXTENDED.has(each));
  const sizes = characters.map((each) => (gsm ? (EXTENDED.has(each) ? 2 : 1) : each.length));
  const [single, part] = gsm ? [160, 153] : [70, 67];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= single) return { encoding: gsm ? "GSM-7" : "UCS-2", parts: total ? 1 : 0, left: single - total };
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding: gsm ? "GSM-7" : "UCS-2", parts, left: part - used };
}
