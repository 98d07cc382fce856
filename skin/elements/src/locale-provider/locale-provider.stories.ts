import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Around/LocaleProvider', component: 'skin-locale-provider' };
export default meta;

const one = (locale: string, title: string): TemplateResult =>
  html`<skin-locale-provider locale=${locale}>
    <skin-card style="color:inherit"
      ><span slot="header">${title}</span>
      <skin-stack>
        <skin-date-picker label=${new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale}>
        </skin-date-picker>
        <skin-pagination count="90" page="2"></skin-pagination>
        <skin-alert dismissible tone="info">${(1_234_567.8).toLocaleString(locale)}</skin-alert>
      </skin-stack>
    </skin-card>
  </skin-locale-provider>`;
const all = (): TemplateResult =>
  html`<skin-grid
    >${one('en', 'English')}${one('de', 'Deutsch')}${one('ar-EG', 'العربية')}${one('ja', '日本語')}</skin-grid
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
