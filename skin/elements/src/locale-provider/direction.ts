/** Languages and scripts that are written from right to left, for browsers that don't tell. */
const rightToLeft = /^(ar|arc|ckb|dv|fa|he|ks|nqo|ps|sd|syr|ug|ur|yi)\b(?!-latn)|-(adlm|arab|hebr|nkoo|syrc|thaa)\b/i;

interface TextInfo {
  readonly direction?: string;
}
interface LocaleWithText extends Intl.Locale {
  getTextInfo?(): TextInfo;
  readonly textInfo?: TextInfo;
}

/** The direction that a language is written in, by its BCP 47 tag. */
export const directionOf = (language: string): 'ltr' | 'rtl' => {
  try {
    const locale = new Intl.Locale(language) as LocaleWithText;
    const direction = (locale.getTextInfo?.() ?? locale.textInfo)?.direction;
    if (direction === 'rtl' || direction === 'ltr') return direction;
  } catch {
    // No language tag at all: the list decides.
  }
  return rightToLeft.test(language) ? 'rtl' : 'ltr';
};
