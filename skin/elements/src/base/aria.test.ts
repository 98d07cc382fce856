import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { show } from '../../test/helpers.ts';
import '../all.ts';

const options = [
  { value: 'tw', label: 'Taiwan', group: 'Asia' },
  { value: 'cl', label: 'Chile', group: 'America' },
];
const rows = [{ id: 1, place: 'Hualien', depth: 12 }];
const columns = [
  { key: 'place', label: 'Place', sortable: true, rowHeader: true },
  { key: 'depth', label: 'Depth' },
];

/** What a screen reader is told of each element, with what its page says. */
const samples: Readonly<Record<string, TemplateResult>> = {
  'fields of text': html`<skin-text-field
      label="Name"
      help="As in your passport"
      required
      value="Ada"
    ></skin-text-field>
    <skin-textarea label="Notes" value="Two lines"></skin-textarea>
    <skin-password-field label="Password" value="secret"></skin-password-field>
    <skin-search-field label="Search" value="quake"></skin-search-field>
    <skin-number-field label="Depth" value="12" min="0"></skin-number-field>
    <skin-otp-field label="Code" value="12"></skin-otp-field>
    <skin-tag-input label="Regions" .value=${['Asia']}></skin-tag-input>
    <skin-autocomplete label="Place" .options=${['Hualien']}></skin-autocomplete>`,
  choices: html`<skin-select label="Region" .options=${options}></skin-select>
    <skin-select label="Regions" multiple .options=${options} .values=${['tw', 'cl']}></skin-select>
    <skin-combobox label="Station" .options=${options} value="tw"></skin-combobox>
    <skin-checkbox checked>Alerts</skin-checkbox><skin-checkbox indeterminate>All</skin-checkbox>
    <skin-switch>Live</skin-switch>
    <skin-radio-group label="Unit" value="tw" .options=${options}></skin-radio-group>
    <skin-checkbox-group label="By" .options=${options} .value=${['cl']}></skin-checkbox-group>
    <skin-rating label="How good?" value="3"></skin-rating>`,
  'numbers, days and colours': html`<skin-slider label="Loudness" value="40"></skin-slider>
    <skin-range-slider label="Depths" value="10,40"></skin-range-slider>
    <skin-date-picker label="Day" value="2026-11-21" lang="en-GB"></skin-date-picker>
    <skin-date-range-picker label="Days" value="2026-11-01/2026-11-14" lang="en-GB"></skin-date-range-picker>
    <skin-time-picker label="Time" value="14:05" lang="en-GB"></skin-time-picker>
    <skin-color-picker label="Colour" value="#336699"></skin-color-picker>
    <skin-file-upload label="Readings" multiple></skin-file-upload>`,
  buttons: html`<skin-button>Save</skin-button><skin-button pressed>Bold</skin-button
    ><skin-button disabled>Off</skin-button><skin-button loading>Busy</skin-button>
    <skin-icon-button icon="search" label="Search"></skin-icon-button>
    <skin-button-group label="Zoom"><skin-button>In</skin-button><skin-button>Out</skin-button></skin-button-group>
    <skin-tooltip text="Puts it away"><skin-button>Archive</skin-button></skin-tooltip>`,
  menus: html`<skin-menu
      ><skin-button slot="trigger">Actions</skin-button><skin-menu-item>Edit</skin-menu-item></skin-menu
    >
    <skin-dropdown label="New"><skin-menu-item>Reading</skin-menu-item></skin-dropdown>
    <skin-popover><skin-button slot="trigger">More</skin-button>Text</skin-popover>`,
  'an open menu': html`<skin-dropdown label="Station" open
    ><skin-menu-item>Rename</skin-menu-item><skin-menu-item type="checkbox" checked>Live</skin-menu-item
    ><skin-menu-item disabled>Export</skin-menu-item></skin-dropdown
  >`,
  'an open dialog': html`<skin-dialog label="Sure?" open>All of it goes.<skin-button>Yes</skin-button></skin-dialog>`,
  'an open drawer': html`<skin-drawer label="Filters" open><skin-checkbox>Live</skin-checkbox></skin-drawer>`,
  'a confirmation': html`<skin-confirm label="Delete it?" tone="danger" open>All of it goes.</skin-confirm>`,
  navigation: html`<skin-navbar label="Pages"
      ><a href="#a" aria-current="page">Watch</a><a href="#b">Help</a></skin-navbar
    >
    <skin-breadcrumb><a href="#a">Home</a><a href="#b">Stations</a><span>HL-04</span></skin-breadcrumb>
    <skin-pagination count="9" page="4"></skin-pagination>
    <skin-stepper .steps=${['Place', 'Time', 'Send']} step="2"></skin-stepper>
    <skin-link href="https://example.org" target="_blank">Elsewhere</skin-link>
    <skin-skip-link></skin-skip-link>
    <skin-tabs label="Views"
      ><skin-tab label="Map">Map of it</skin-tab><skin-tab label="List">List of it</skin-tab></skin-tabs
    >`,
  data: html`<skin-accordion
      ><skin-accordion-item label="What?" open>That.</skin-accordion-item
      ><skin-accordion-item label="Who?">They.</skin-accordion-item></skin-accordion
    >
    <skin-tree label="Files"
      ><skin-tree-item label="src" expanded><skin-tree-item label="a.ts"></skin-tree-item></skin-tree-item
      ><skin-tree-item label="README" disabled></skin-tree-item
    ></skin-tree>
    <skin-table caption="Stations" .rows=${rows} .columns=${columns}></skin-table>
    <skin-descriptions .items=${[{ term: 'Place', value: 'Hualien' }]}></skin-descriptions>
    <skin-stat label="Earthquakes" value="1707"></skin-stat>
    <skin-avatar name="Ada Lovelace"></skin-avatar>
    <skin-tag removable>Asia</skin-tag>
    <skin-empty-state label="Nothing yet">Come back later.</skin-empty-state>
    <skin-badge tone="success">Online</skin-badge>`,
  feedback: html`<skin-alert label="Saved" tone="success" dismissible>It is on its way.</skin-alert>
    <skin-banner>New data</skin-banner>
    <skin-progress-bar label="Import" value="40"></skin-progress-bar>
    <skin-progress-ring label="Upload" value="70"></skin-progress-ring>
    <skin-spinner label="Loading the map"></skin-spinner>
    <skin-skeleton></skin-skeleton>`,
  'layout and the rest': html`<skin-split-panel label="Width of the list" style="block-size:6rem"
      ><div slot="start">List</div>
      <div slot="end">Detail</div></skin-split-panel
    >
    <skin-divider></skin-divider>
    <skin-card
      ><h2 slot="header">Card</h2>
      Text</skin-card
    >
    <skin-theme-switcher></skin-theme-switcher>`,
};

describe('what assistive technology is told of', () => {
  it.each(Object.keys(samples))('%s', async (name) => {
    document.documentElement.lang = 'en';
    const stage = await show(samples[name] as TemplateResult);
    await expect.element(page.elementLocator(stage)).toMatchAriaSnapshot();
  });
});

const deep = (root: ParentNode): Element[] =>
  [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? deep(one.shadowRoot) : [])]);
const pressable =
  'button, a[href], input:not([type=hidden], [type=file]), select, textarea, [role=option], [role^=menuitem], [role=tab], [role=treeitem], [role=separator][tabindex]';

/** Whether a press there reaches it, or the label that presses it. */
const takes = (target: Element, x: number, y: number): boolean => {
  const hit = (target.getRootNode() as Document | ShadowRoot).elementFromPoint(x, y);
  return (
    hit !== null && (target.contains(hit) || hit.contains(target) || target.closest('label')?.contains(hit) === true)
  );
};

describe('what can be pressed is 24 pixels wide and high in', () => {
  it.each(Object.keys(samples))('%s', async (name) => {
    const stage = await show(samples[name] as TemplateResult, 'display:grid;gap:2rem;padding:2rem');
    // As long as nothing lies over it; a link within a line of text is as high as that.
    const targets = deep(stage).filter(
      (one) =>
        one.matches(pressable) &&
        !one.matches(':disabled, [aria-hidden=true], [inert] *, skin-link *') &&
        one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        getComputedStyle(one).clipPath === 'none' &&
        one.getRootNode() instanceof ShadowRoot &&
        !['skin-link', 'skin-skip-link'].includes((one.getRootNode() as ShadowRoot).host.localName),
    );
    const small: string[] = [];
    for (const target of targets) {
      target.scrollIntoView({ block: 'center' });
      // A label presses what is in it.
      const { left, top, width, height } = (target.closest('label') ?? target).getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const isLarge =
        Math.min(width, height) >= 23.9 ||
        [-11, 11].every((by) => takes(target, x + by, y) && takes(target, x, y + by));
      if (!isLarge)
        small.push(`${(target.getRootNode() as ShadowRoot).host.localName} ${target.localName} ${width} × ${height}`);
    }
    expect(small).toEqual([]);
  });
});
