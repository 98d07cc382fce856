import type { html as Html, nothing as Nothing, TemplateResult } from 'lit';
import type { CropRect, Handle } from './crop.ts';
import type { CropperState } from './cropper-state.ts';
import type { Word } from './cropper-words.ts';
import { Gestures } from './gestures.ts';
import { stageStyles } from './stage.styles.ts';

/** What a stage asks of its element. */
export interface StageHost {
  /** What draws it: the element's own Lit. */
  readonly lit: { readonly html: typeof Html; readonly nothing: typeof Nothing };
  readonly root: ShadowRoot;
  state(): CropperState | undefined;
  isDisabled(): boolean;
  isRound(): boolean;
  /** A word in the user's language, with numbers in its places. */
  say(word: Word, ...numbers: readonly number[]): string;
  /** A share in the user's language: `120 %`. */
  percent(share: number): string;
  /** Changes the part, and tells of it while that goes on; `commit` tells that it is over, `act` does both. */
  change(act: (state: CropperState) => void): void;
  commit(): void;
  act(act: (state: CropperState) => void): void;
  redraw(): void;
  /** Takes the image away. */
  remove(): void;
  /** The field for another image. */
  input(): TemplateResult;
}

const handleWords: Readonly<Record<string, Word>> = {
  nw: ['cropNw', 'Top left corner'],
  n: ['cropN', 'Top edge'],
  ne: ['cropNe', 'Top right corner'],
  w: ['cropW', 'Left edge'],
  e: ['cropE', 'Right edge'],
  sw: ['cropSw', 'Bottom left corner'],
  s: ['cropS', 'Bottom edge'],
  se: ['cropSe', 'Bottom right corner'],
};

const icons = {
  left: 'M4 9h9a6 6 0 0 1 0 12H9M4 9l4-4M4 9l4 4',
  right: 'M20 9h-9a6 6 0 0 0 0 12h4M20 9l-4-4M20 9l-4 4',
  across: 'M12 3v18M9 7v10H3zM15 7v10h6z',
  down: 'M3 12h18M7 9h10V3zM7 15h10v6z',
  reset: 'M4.5 12a7.5 7.5 0 1 0 2.6-5.7M4.5 4v4.5H9',
  change: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.1',
  remove: 'M6 6l12 12M18 6L6 18',
};

/** Where the zoom stands on its slider, which counts in steps of equal growth. */
const toSlider = ({ zoom, maxZoom }: CropperState): number =>
  maxZoom <= 1 ? 0 : (100 * Math.log(Math.max(1, zoom))) / Math.log(maxZoom);

/**
 * The image, the box with its handles, and the buttons below: all that is seen of a cropper once there is an image. It
 * comes with the first one, and is drawn by the element.
 */
export class Stage {
  readonly #host: StageHost;
  readonly #html: typeof Html;
  readonly #nothing: typeof Nothing;
  #observer: ResizeObserver | undefined;
  #watched: Element | undefined;
  #held: Handle | 'box' | 'image' = 'image';
  #before: CropRect | undefined;
  readonly #gestures: Gestures = new Gestures({
    drag: (x, y) => this.#host.change((state) => this.#dragBy(state, x, y)),
    pinch: (factor, at, by) =>
      this.#host.change((state) => {
        state.pan(by.x, by.y);
        state.zoomTo(state.zoom * factor, this.#inStage(at.x, at.y));
      }),
    end: (isCancelled) => {
      const before = this.#before;
      this.#before = undefined;
      if (isCancelled && before !== undefined) this.#host.change((state) => state.choose(before));
      else this.#host.commit();
    },
  });

  constructor(host: StageHost) {
    this.#host = host;
    this.#html = host.lit.html;
    this.#nothing = host.lit.nothing;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(stageStyles);
    host.root.adoptedStyleSheets.push(sheet);
  }

  /** Lets go of what it watches. */
  disconnect(): void {
    this.#observer?.disconnect();
    this.#watched = undefined;
  }

  #dragBy(state: CropperState, x: number, y: number): void {
    const held = this.#held;
    if (held === 'image') state.pan(x, y);
    else if (held === 'box') state.move(x, y);
    else state.resize(held, x, y);
  }

  #inStage(x: number, y: number): { x: number; y: number } {
    const { left = 0, top = 0 } = this.#host.root.querySelector('.stage')?.getBoundingClientRect() ?? {};
    return { x: x - left, y: y - top };
  }

  #pointerDown(event: PointerEvent): void {
    if (this.#host.isDisabled()) return;
    const at = (event.composedPath()[0] as Element).getAttribute('data-at');
    if (!this.#gestures.isActive) {
      this.#held = this.#host.state()?.handles.find(({ name }) => name === at) ?? (at === 'box' ? 'box' : 'image');
      this.#before = this.#host.state()?.crop;
    }
    this.#gestures.down(event);
  }

  #wheel(event: WheelEvent): void {
    const state = this.#host.state();
    if (state === undefined || this.#host.isDisabled()) return;
    const { zoom } = state;
    const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 30;
    const next = Math.max(1, Math.min(state.maxZoom, zoom * Math.exp(-pixels / 400)));
    // At an end the page scrolls on.
    if (Math.abs(next - zoom) < 1e-6) return;
    event.preventDefault();
    this.#host.act((one) => one.zoomTo(next, this.#inStage(event.clientX, event.clientY)));
  }

  #keydown(event: KeyboardEvent): void {
    const state = this.#host.state();
    const { key } = event;
    const at = (event.target as Element).getAttribute('data-at');
    if (state === undefined || at === null || event.ctrlKey || event.altKey || event.metaKey) return;
    // Whole pixels of the image, and about one of the screen at least.
    const { scale } = state.view;
    const step = Math.max(1, Math.round(1 / scale)) * scale * (event.shiftKey ? 10 : 1);
    const x = key === 'ArrowLeft' ? -step : key === 'ArrowRight' ? step : 0;
    const y = key === 'ArrowUp' ? -step : key === 'ArrowDown' ? step : 0;
    const handle = state.handles.find(({ name }) => name === at);
    if (key === '+' || key === '=' || key === '-')
      this.#host.act((one) => one.zoomTo(one.zoom * (key === '-' ? 1 / 1.1 : 1.1)));
    else if (x === 0 && y === 0) return;
    else this.#host.act((one) => (handle === undefined ? one.move(x, y) : one.resize(handle, x, y)));
    event.preventDefault();
  }

  /** Follows what was drawn: its size, and the image on it. */
  drawn(): void {
    const stage = this.#host.root.querySelector('.stage') ?? undefined;
    if (stage !== this.#watched) {
      this.#observer?.disconnect();
      this.#observer = new ResizeObserver(() => this.#layOut());
      if (stage !== undefined) this.#observer.observe(stage);
      this.#watched = stage;
    }
    this.#paint();
  }

  #layOut(): void {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.#host.root.querySelector('.stage') ?? {};
    this.#host.state()?.layOut({ width, height });
    this.#host.redraw();
  }

  #paint(): void {
    const canvas = this.#host.root.querySelector('canvas');
    const context = canvas?.getContext('2d');
    const state = this.#host.state();
    if (!canvas || !context || state === undefined) return;
    const dense = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * dense);
    const height = Math.round(canvas.clientHeight * dense);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.resetTransform();
    context.clearRect(0, 0, width, height);
    state.draw(context, dense);
  }

  #button(word: Word, path: string, act: () => void): TemplateResult {
    const html = this.#html;
    return html`<button
      type="button"
      aria-label=${this.#host.say(word)}
      ?disabled=${this.#host.isDisabled()}
      @click=${act}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>
    </button>`;
  }

  #slider(at: string, word: Word, style: string, state: CropperState): TemplateResult {
    const html = this.#html;
    const { x, y, width, height } = state.rounded;
    const { size } = state;
    const isBox = at === 'box';
    const isHigh = at === 'n' || at === 's';
    const most = isBox ? size.width - width : isHigh ? size.height : size.width;
    const now = isBox ? x : isHigh ? height : width;
    const place: Word = ['cropPlace', '# × # pixels, # from the left, # from the top'];
    return html`<div
      class=${isBox ? 'box' : `handle ${at}`}
      part=${isBox ? 'box' : 'handle'}
      data-at=${at}
      role="slider"
      tabindex=${this.#host.isDisabled() ? this.#nothing : 0}
      aria-disabled=${this.#host.isDisabled() ? 'true' : this.#nothing}
      aria-label=${this.#host.say(word)}
      aria-orientation=${isHigh ? 'vertical' : this.#nothing}
      aria-valuemin="0"
      aria-valuemax=${most}
      aria-valuenow=${now}
      aria-valuetext=${this.#host.say(place, width, height, x, y)}
      style=${style}
    ></div>`;
  }

  /** Draws it. */
  render(state: CropperState): TemplateResult {
    const html = this.#html;
    const { x, y, width, height } = state.box;
    return html`<div
        class=${this.#host.isRound() ? 'stage round' : 'stage'}
        part="stage"
        dir="ltr"
        @pointerdown=${(event: PointerEvent) => this.#pointerDown(event)}
        @pointermove=${(event: PointerEvent) => this.#gestures.move(event)}
        @pointerup=${(event: PointerEvent) => this.#gestures.up(event)}
        @pointercancel=${(event: PointerEvent) => this.#gestures.up(event)}
        @wheel=${{ handleEvent: (event: WheelEvent) => this.#wheel(event), passive: false }}
        @keydown=${(event: KeyboardEvent) => this.#keydown(event)}
      >
        <canvas aria-hidden="true"></canvas>
        ${this.#slider('box', ['cropArea', 'Crop area'], `left:${x}px;top:${y}px;width:${width}px;height:${height}px`, state)}
        ${state.handles.map((handle) =>
          this.#slider(
            handle.name,
            handleWords[handle.name] ?? ['cropArea', ''],
            `left:${x + (width * (handle.x + 1)) / 2}px;top:${y + (height * (handle.y + 1)) / 2}px`,
            state,
          ),
        )}
      </div>
      ${this.#controls(state)}`;
  }

  #controls(state: CropperState): TemplateResult {
    const html = this.#html;
    return html`<div class="bar" part="controls">
      <input
        type="range"
        min="0"
        max="100"
        step="any"
        aria-label=${this.#host.say(['zoom', 'Zoom'])}
        aria-valuetext=${this.#host.percent(state.zoom)}
        ?disabled=${this.#host.isDisabled()}
        .value=${String(toSlider(state))}
        @input=${(event: Event) => {
          event.stopPropagation();
          const share = Number((event.target as HTMLInputElement).value) / 100;
          this.#host.change((one) => one.zoomTo(one.maxZoom ** share));
        }}
        @change=${() => this.#host.commit()}
      />
      ${this.#button(['rotateLeft', 'Rotate left'], icons.left, () => this.#host.act((one) => one.turn(-1)))}
      ${this.#button(['rotateRight', 'Rotate right'], icons.right, () => this.#host.act((one) => one.turn(1)))}
      ${this.#button(['flipAcross', 'Flip horizontally'], icons.across, () => this.#host.act((one) => one.flip('x')))}
      ${this.#button(['flipDown', 'Flip vertically'], icons.down, () => this.#host.act((one) => one.flip('y')))}
      ${this.#button(['reset', 'Reset'], icons.reset, () => this.#host.act((one) => one.reset()))}
      <span class="change" ?hidden=${this.#host.isDisabled()}
        ><svg viewBox="0 0 24 24" aria-hidden="true"><path d=${icons.change} /></svg>${this.#host.input()}</span
      >
      ${this.#button(['remove', 'Remove'], icons.remove, () => this.#host.remove())}
    </div>`;
  }
}
