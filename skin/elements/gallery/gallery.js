const get = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);

/** What a page does to change direction, and theme: an attribute of its root. */
const setRtl = (on) => {
  document.documentElement.dir = on ? 'rtl' : 'ltr';
};
for (const theme of ['light', 'dark']) if (asked.has(theme)) document.documentElement.dataset.theme = theme;
setRtl(asked.has('rtl'));
get('rtl').addEventListener('change', ({ currentTarget }) => setRtl(currentTarget.checked));
get('open-dialog').addEventListener('click', () => get('dialog').show());
get('open-drawer').addEventListener('click', () => get('drawer').show());
get('open-palette').addEventListener('click', () => get('palette').show());
get('ask').addEventListener('click', () => get('confirm').show());
const report = (number) => {
  const item = document.createElement('li');
  item.textContent = `Report ${number}`;
  get('reports').append(item);
};
for (const number of [1, 2, 3]) report(number);
get('more').addEventListener('load-more', () => report(get('reports').childElementCount + 1));

/** Sets properties once the element is there. */
const fill = async (id, properties) => {
  const element = get(id);
  await customElements.whenDefined(element.localName);
  Object.assign(element, properties);
};
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320"><rect width="480" height="320" fill="#bcd8e4"/><path d="M0 250 120 130l90 80 110-140 160 180v70H0z" fill="#14425c"/></svg>`;
const events = Array.from({ length: 100_000 }, (_, at) => `Event ${at + 1}`);

await Promise.all([
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
  fill('list', { items: events }),
  fill('scroller', { items: events }),
  fill('json', { value: { place: 'Hualien', magnitude: 5.4, felt: [3, 12, 41] } }),
  fill('palette', {
    commands: [
      { value: 'new', label: 'New report', keys: 'Ctrl+N' },
      { value: 'export', label: 'Export the table' },
    ],
  }),
  fill('picture', { src: `data:image/svg+xml,${encodeURIComponent(drawing)}` }),
  fill('markdown', {
    text: '# Swarm off Hualien\n\nTwo **short** shocks, _one long_.\n\n- [x] cups fell\n- [ ] walls measured',
  }),
  fill('code', { value: '{\n  "least": 4.5,\n  "regions": ["Taiwan", "Japan"]\n}' }),
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
