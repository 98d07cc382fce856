/** A colour of sRGB as people mix it: hue in degrees (0–360), the others as shares (0–1). */
export interface Hsv {
  readonly hue: number;
  readonly saturation: number;
  readonly brightness: number;
  readonly alpha: number;
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

const byte = (share: number): string =>
  Math.round(Math.min(1, Math.max(0, share)) * 255)
    .toString(16)
    .padStart(2, '0');

/** `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa` as shares; undefined for everything else. */
export const parseHex = (text: unknown): Rgba | undefined => {
  const found =
    typeof text === 'string' ? /^#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.exec(text.trim())?.[1] : undefined;
  if (found === undefined) return undefined;
  const long = found.length < 6 ? [...found].map((digit) => digit + digit).join('') : found;
  const [red = 0, green = 0, blue = 0, alpha = 1] = (long.match(/../g) ?? []).map((pair) => parseInt(pair, 16) / 255);
  return [red, green, blue, alpha];
};

/** A colour in `#rrggbb`, or `#rrggbbaa` where opacity is asked for. */
export const toHex = (color: Hsv, withAlpha: boolean): string => {
  const { hue, saturation, brightness, alpha } = color;
  // The distance of each channel's hue from the colour's says how much is left of it.
  const channel = (at: number): number => {
    const distance = (at + hue / 60) % 6;
    return brightness * (1 - saturation * Math.max(0, Math.min(distance, 4 - distance, 1)));
  };
  return `#${byte(channel(5))}${byte(channel(3))}${byte(channel(1))}${withAlpha ? byte(alpha) : ''}`;
};

/** Shares of red, green and blue as hue, saturation and brightness. Greys have the hue 0. */
export const toHsv = ([red, green, blue, alpha]: Rgba): Hsv => {
  const brightness = Math.max(red, green, blue);
  const range = brightness - Math.min(red, green, blue);
  let sixth = 0;
  if (range > 0) {
    if (brightness === red) sixth = ((green - blue) / range + 6) % 6;
    else sixth = brightness === green ? (blue - red) / range + 2 : (red - green) / range + 4;
  }
  return { hue: sixth * 60, saturation: brightness === 0 ? 0 : range / brightness, brightness, alpha };
};

/** Any colour that CSS can name, as `#rrggbbaa`; undefined for everything else. What is outside sRGB is brought in. */
export const readCssColor = (text: string): string | undefined => {
  const plain = text.trim();
  // People leave the sign out.
  const hex = parseHex(plain) ?? parseHex(`#${plain}`);
  if (hex !== undefined) return toHex(toHsv(hex), true);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null || !CSS.supports('color', plain)) return undefined;
  // What the canvas does not know leaves the colour as it was.
  const settles = (before: string): string => {
    context.fillStyle = before;
    context.fillStyle = plain;
    return String(context.fillStyle);
  };
  if (settles('#010203') !== settles('#030201')) return undefined;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  return toHex(toHsv([red / 255, green / 255, blue / 255, alpha / 255]), true);
};
