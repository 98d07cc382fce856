const dayTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
  hour12: false,
});
const clockTime = new Intl.DateTimeFormat(undefined, {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
  hour12: false,
});

/** `Sun 4 Feb, 14:10` in UTC. */
export const formatTime = (time: number): string => dayTime.format(time);

/** `04 Feb, 14:10` in UTC: narrow, for tables. */
export const formatShortTime = (time: number): string => clockTime.format(time);

/** `4.2`, `−0.3`: a true minus sign, which stays before its number in text from right to left. */
export const formatNumber = (value: number): string => value.toFixed(1).replace('-', '\u200E−');

/** `24.1° N, 121.7° E`. */
export const formatPosition = (latitude: number, longitude: number): string =>
  `${Math.abs(latitude).toFixed(1)}° ${latitude < 0 ? 'S' : 'N'}, ${Math.abs(longitude).toFixed(1)}° ${longitude < 0 ? 'W' : 'E'}`;
