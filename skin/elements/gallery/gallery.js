const get = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);

/** What a page does to change theme or direction: one CSS property, one attribute. */
const setDark = (on) => {
  document.documentElement.style.colorScheme = on ? 'dark' : 'light';
};
const setRtl = (on) => {
  document.documentElement.dir = on ? 'rtl' : 'ltr';
};
const isDark = asked.has('dark') || (!asked.has('light') && matchMedia('(prefers-color-scheme: dark)').matches);
setDark(isDark);
setRtl(asked.has('rtl'));
get('dark').addEventListener('change', ({ currentTarget }) => setDark(currentTarget.checked));
get('rtl').addEventListener('change', ({ currentTarget }) => setRtl(currentTarget.checked));
get('open-dialog').addEventListener('click', () => get('dialog').show());
get('open-drawer').addEventListener('click', () => get('drawer').show());

/** Sets properties once the element is there. */
const fill = async (id, properties) => {
  const element = get(id);
  await customElements.whenDefined(element.localName);
  Object.assign(element, properties);
};
await Promise.all([
  fill('dark', { checked: isDark }),
  fill('rtl', { checked: asked.has('rtl') }),
  fill('steps', { steps: ['Place', 'Strength', 'Report'] }),
  fill('facts', {
    items: [
      { term: 'Place', value: 'Hualien, Taiwan' },
      { term: 'Depth', value: '31 km' },
    ],
  }),
  fill('events', {
    entries: [
      { time: '2026-11-20T21:04:00Z', title: 'M 5.4 near Hualien', tone: 'danger' },
      { time: '2026-11-20T21:31:00Z', title: 'M 3.9, aftershock' },
    ],
  }),
  fill('stations', {
    columns: [
      { key: 'name', label: 'Station', sortable: true, rowHeader: true },
      { key: 'region', label: 'Region', sortable: true },
      { key: 'events', label: 'Events', align: 'end', sortable: true },
    ],
    rows: [
      { id: 1, name: 'HL-04', region: 'Hualien, Taiwan', events: 412 },
      { id: 2, name: 'KD-11', region: 'Kodiak, Alaska', events: 96 },
      { id: 3, name: 'NL-02', region: 'Niland, California', events: 57 },
    ],
  }),
  fill('form', {
    bone: {
      type: 'object',
      required: ['place'],
      properties: {
        place: { type: 'string', title: 'Place', minLength: 1 },
        magnitude: { type: 'number', title: 'Magnitude', minimum: 0, maximum: 10 },
        felt: { type: 'boolean', title: 'Felt by people' },
      },
    },
  }),
]);
