import { css, type CSSResultGroup } from 'lit';
import { controlStyles } from './control.styles.ts';

/** Styles of a labelled control: label, box, help, error. */
export const fieldStyles: CSSResultGroup = [
  controlStyles,
  css`
    :host {
      display: inline-grid;
      inline-size: 14rem;
      max-inline-size: 100%;
      align-content: start;
      vertical-align: top;
    }
    label {
      margin-block-end: 0.3rem;
      font-size: var(--_font-size-small);
      font-weight: 550;
      color: var(--_text);
    }
    .required {
      color: var(--_danger);
      margin-inline-start: 0.15em;
    }
    .control {
      inline-size: 100%;
      min-block-size: var(--_control-height);
      margin: 0;
      padding: 0.35rem 0.65rem;
      font: inherit;
      color: inherit;
      background: var(--_surface);
      border: 1px solid var(--_border-control);
      border-radius: var(--_radius);
      transition:
        border-color var(--_duration),
        box-shadow var(--_duration);
    }
    .control:hover:not(:disabled) {
      border-color: var(--_text-muted);
    }
    .control:focus-visible {
      outline: 2px solid var(--_focus);
      outline-offset: 0;
      border-color: transparent;
    }
    .control:disabled {
      opacity: 0.6;
      cursor: not-allowed;
    }
    .control[aria-invalid='true'] {
      border-color: var(--_danger);
    }
    .control::placeholder {
      color: var(--_text-muted);
      opacity: 1;
    }
    .help,
    .error {
      margin: 0.3rem 0 0;
      font-size: var(--_font-size-small);
      color: var(--_text-muted);
    }
    .error {
      color: var(--_danger);
      overflow-wrap: anywhere;
    }
    @media (forced-colors: active) {
      .control:disabled {
        color: GrayText;
        border-color: GrayText;
        opacity: 1;
      }
    }
  `,
];
