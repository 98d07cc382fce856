/** Rules of CSS, each for the tags before it: the room that an element will take, from its first paint on. */
const rooms: readonly (readonly [tags: string, declarations: string])[] = [
  ['stack', 'display:flex;flex-direction:column;gap:calc(var(--skin-space,0.5rem)*2)'],
  ['flex', 'display:flex;flex-wrap:wrap;align-items:center;gap:calc(var(--skin-space,0.5rem)*2)'],
  ['card form alert table accordion tabs drag-list scroll-area', 'display:block'],
  [
    'button icon-button menu dropdown',
    'display:inline-block;vertical-align:middle;min-block-size:var(--skin-control-height,2.25rem)',
  ],
  [
    'text-field select number-field password-field search-field combobox autocomplete',
    'display:block;min-block-size:3.73rem',
  ],
  ['date-picker date-range-picker time-picker color-picker otp-field', 'display:block;min-block-size:3.73rem'],
  ['textarea', 'display:block;min-block-size:6.38rem'],
  ['checkbox switch', 'display:block;min-block-size:1.5rem'],
  ['slider range-slider', 'display:block;min-block-size:2.98rem'],
  ['carousel', 'display:grid;grid-auto-flow:column;grid-auto-columns:100%;overflow:auto hidden'],
  ['qr-code', 'display:inline-block;inline-size:160px;block-size:160px'],
  ['image-cropper', 'display:block;min-block-size:18rem'],
  ['pdf-viewer', 'display:block;block-size:36rem'],
  ['code-editor', 'display:block;min-block-size:8.2rem'],
  ['rich-text-editor', 'display:block;min-block-size:12.4rem'],
  ['icon spinner', 'display:inline-block;inline-size:1.25em;block-size:1.25em'],
  ['tab menu-item dialog drawer confirm popover tooltip toast', 'display:none'],
];

/**
 * Stylesheet for elements that are not defined yet: they keep the room they will take, unseen, so that nothing jumps when
 * they come. What has not come after three seconds is shown as it stands in the page.
 *
 * @see {@link https://web.dev/articles/cls}
 */
export const placeholderSheet = (): string => {
  const hidden = rooms
    .flatMap(([tags]) => tags.split(' '))
    .map((tag) => `skin-${tag}`)
    .join(',');
  const each = rooms.map(([tags, declarations]) => {
    const selector = tags
      .split(' ')
      .map((tag) => `skin-${tag}`)
      .join(',');
    return `:is(${selector}):not(:defined){${declarations}}\n`;
  });
  return `@keyframes skin-placeholder{to{visibility:visible}}\n:is(${hidden}):not(:defined){visibility:hidden;animation:skin-placeholder 0s 3s forwards}\n${each.join('')}`;
};
