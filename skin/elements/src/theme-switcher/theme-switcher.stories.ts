import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Around/ThemeSwitcher', component: 'skin-theme-switcher' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack>
    <skin-theme-switcher remember=""></skin-theme-switcher>
    <skin-theme-switcher remember="" themes=""></skin-theme-switcher>
    <skin-theme-switcher remember="" compact></skin-theme-switcher>
    <skin-grid>
      ${['lagoon', 'ember', 'graphite'].map(
        (theme) =>
          html`<skin-card data-skin-theme=${theme}
            ><span slot="header">${theme}</span>
            <skin-stack>
              <skin-text-field label="Place" value="Hualien"></skin-text-field>
              <skin-flex
                ><skin-button variant="primary">Save</skin-button><skin-button>Cancel</skin-button
                ><skin-badge tone="success">Quiet</skin-badge></skin-flex
              >
              <skin-alert tone="info">No swarm in sight.</skin-alert>
            </skin-stack>
          </skin-card>`,
      )}
    </skin-grid>
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
