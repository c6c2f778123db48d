// Does a text for the public page hold what identifies a person? A hint, not a verdict. Pure.

const MAIL = /[\w.+-]+@[\w-]+\.\w+/;
const NIK = /(?<!\d)\d{16}(?!\d)/;
const PHONE = /(?<![\d])(?:\+?62|0)8[\d\s.-]{7,13}\d(?!\d)/;

/** "mail", "nik", "phone" or null. */
export function personalData(text) {
  if (MAIL.test(text)) return "mail";
  if (NIK.test(text)) return "nik";
  return PHONE.test(text) ? "phone" : null;
}
