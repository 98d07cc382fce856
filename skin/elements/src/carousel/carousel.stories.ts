import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Advanced/Carousel', component: 'skin-carousel' };
export default meta;

const stations = ['HL-04 Hualien', 'KD-11 Kodiak', 'NL-02 Niland', 'VA-07 Valparaíso', 'RK-21 Reykjavík'];
const slides = (): readonly TemplateResult[] =>
  stations.map(
    (name, at) =>
      html`<skin-slide label=${name}
        ><skin-card style="block-size:100%"
          ><skin-stat label=${name} value=${String(41 + 17 * at)} unit="events"></skin-stat
          ><skin-link href="#${name}">Readings</skin-link></skin-card
        ></skin-slide
      >`,
  );
const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:44rem"
    ><skin-carousel label="Stations" loop>${slides()}</skin-carousel
    ><skin-carousel label="Three at once" per-view="3" index="1">${slides()}</skin-carousel
    ><skin-carousel label="By itself" autoplay loop pagination="count">${slides()}</skin-carousel
    ><skin-carousel label="Vertical" orientation="vertical" style="block-size:15rem">${slides()}</skin-carousel
    ><skin-carousel label="Nothing yet"></skin-carousel
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
