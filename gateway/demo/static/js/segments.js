// How many SMS a text needs (GSM 03.38 and UCS-2). Pure; a hint for the person who types.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€");

/** `{chars, count}` of a text. */
export function segments(text) {
  const letters = [...text];
  const isGsm = letters.every((c) => BASIC.has(c) || EXTENDED.has(c));
  const chars = isGsm
    ? letters.reduce((sum, c) => sum + (EXTENDED.has(c) ? 2 : 1), 0)
    : text.length;
  const [alone, joined] = isGsm ? [160, 153] : [70, 67];
  return { chars, count: chars <= alone ? 1 : Math.ceil(chars / joined) };
}
