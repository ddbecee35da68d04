/** Names that browsers give themselves, the more particular first: most of them call themselves Chrome and Safari too. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Most characters of a program that is no known browser. */
const longestName = 60;

/** `Firefox, Windows` of what a browser says it is; its own words, cut, where nobody knows it; null where it said nothing. */
export function browserInWords(said: string | null): string | null {
  if (said === null || said === '') return null;
  const nameIn = (known: typeof browsers) => known.find(([form]) => form.test(said))?.[1];
  const names = [nameIn(browsers), nameIn(systems)].filter((name) => name !== undefined);
  return names.length === 0 ? said.slice(0, longestName) : names.join(', ');
}
