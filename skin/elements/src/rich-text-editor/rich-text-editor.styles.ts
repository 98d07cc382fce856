import { css, type CSSResult } from 'lit';

/** Styles of the editor before its engine is there, and of what stands around it. */
export const richTextStyles: CSSResult = css`
  :host {
    display: inline-flex;
    flex-direction: column;
    inline-size: 40rem;
  }
  .frame {
    display: flex;
    flex-direction: column;
    flex: 1 1 auto;
    min-block-size: 0;
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-radius: var(--_radius);
    transition: border-color var(--_duration);
  }
  .frame:hover {
    border-color: var(--_text-muted);
  }
  .frame:has(.content:focus, textarea:focus) {
    border-color: transparent;
    outline: 2px solid var(--_focus);
  }
  .frame.invalid {
    border-color: var(--_danger);
  }
  .frame.disabled {
    opacity: 0.6;
  }
  :host([readonly]) .frame {
    background: var(--_surface-sunken);
  }
  :host(:state(failed)) .room {
    display: none;
  }
  .room {
    block-size: 2.65rem;
    border-block-end: 1px solid var(--_border);
  }
  #mount {
    display: contents;
  }
  .content,
  .plain {
    flex: 1 1 auto;
    min-block-size: 8rem;
    max-block-size: var(--skin-rich-text-editor-max-height, 32rem);
    margin: 0;
    padding: 0.65rem 0.85rem;
    overflow: auto;
    overflow-wrap: anywhere;
    white-space: break-spaces;
    outline: 0;
  }
  .plain {
    inline-size: 100%;
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    resize: none;
  }
  .plain[dir] {
    field-sizing: content;
  }
  .plain::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }
  @media (forced-colors: active) {
    .frame.disabled {
      color: GrayText;
      opacity: 1;
    }
  }
`;
