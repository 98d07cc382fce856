import { html, type TemplateResult } from 'lit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { CarouselCell } from './carousel.ts';
import './carousel.ts';

const carousel = (more: Partial<CarouselCell> = {}, dir = 'ltr', count = 5): TemplateResult =>
  html`<skin-carousel
    label="Stations"
    dir=${dir}
    style="inline-size:400px;block-size:${more.orientation === 'vertical' ? '200px' : 'auto'};--skin-gap:0px"
    .perView=${more.perView ?? 1}
    .perMove=${more.perMove ?? 1}
    .loop=${more.loop ?? false}
    .autoplay=${more.autoplay ?? false}
    .index=${more.index ?? 0}
    .orientation=${more.orientation ?? 'horizontal'}
    .pagination=${more.pagination ?? 'dots'}
    >${Array.from(
      { length: count },
      (_, at) =>
        html`<skin-slide label="S${at}"><a href="#s${at}" style="block-size:60px">Slide ${at}</a></skin-slide>`,
    )}</skin-carousel
  >`;

const setUp = async (more: Partial<CarouselCell> = {}, dir = 'ltr', count = 5) => {
  const stage = await show(carousel(more, dir, count));
  const element = stage.querySelector('skin-carousel') as CarouselCell;
  const log: number[] = [];
  element.addEventListener('slide-change', (event) => log.push((event as CustomEvent<{ index: number }>).detail.index));
  const frame = element.shadowRoot?.querySelector('.frame') as HTMLElement;
  const slides = [...element.querySelectorAll('skin-slide')];
  await element.updateComplete;
  return { element, log, frame, slides };
};

/** The slides that stand in the frame. */
const inView = (frame: HTMLElement, slides: readonly Element[]): number[] => {
  const around = frame.getBoundingClientRect();
  return slides.flatMap((slide, at) => {
    const box = slide.getBoundingClientRect();
    const isIn =
      box.left >= around.left - 2 &&
      box.right <= around.right + 2 &&
      box.top >= around.top - 2 &&
      box.bottom <= around.bottom + 2;
    return isIn ? [at] : [];
  });
};
const once = (target: EventTarget, type: string): Promise<Event> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
const still = (): void => {
  const real = globalThis.matchMedia.bind(globalThis);
  vi.spyOn(globalThis, 'matchMedia').mockImplementation((query) =>
    query.includes('reduced-motion') ? ({ matches: true } as MediaQueryList) : real(query),
  );
};

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('skin-carousel', () => {
  it('is accessible, full and empty', async () => {
    await expectAccessible(carousel({ autoplay: true }));
    await expectAccessible(html`<skin-carousel label="None"></skin-carousel>`);
  });

  it('is a region of slides that are named by their place', async () => {
    await setUp();
    await expect
      .element(page.getByRole('region', { name: 'Stations' }))
      .toHaveAttribute('aria-roledescription', 'carousel');
    await expect
      .element(page.getByRole('group', { name: 'S0, 1 of 5' }))
      .toHaveAttribute('aria-roledescription', 'slide');
    await expect.element(page.getByRole('button', { name: 'Previous' })).toHaveAttribute('aria-disabled', 'true');
  });

  it.each<[string, Partial<CarouselCell>]>([
    ['ltr', {}],
    ['rtl', {}],
    ['ltr', { orientation: 'vertical' }],
  ])('goes on by its buttons, one slide at a time, %s %o', async (dir, more) => {
    const { element, log, frame, slides } = await setUp(more, dir);
    await userEvent.click(page.getByRole('button', { name: 'Next' }));
    await expect.poll(() => inView(frame, slides)).toEqual([1]);
    await userEvent.click(page.getByRole('button', { name: 'Next' }));
    await userEvent.click(page.getByRole('button', { name: 'Previous' }));
    await expect.poll(() => inView(frame, slides)).toEqual([1]);
    expect([log, element.index]).toEqual([[1, 2, 1], 1]);
    expect(inside(element, 'output').textContent).toBe('2 of 5');
  });

  it.each<[string, Partial<CarouselCell>]>([
    ['ltr', {}],
    ['rtl', {}],
    ['ltr', { orientation: 'vertical' }],
  ])('tells of a slide once, whatever ends on the way to it, %s %o', async (dir, more) => {
    const { element, log, frame, slides } = await setUp(more, dir);
    element.next();
    await once(frame, 'scroll');
    element.next();
    frame.dispatchEvent(new Event('scrollend'));
    frame.dispatchEvent(new Event('scroll'));
    await once(frame, 'scroll');
    frame.dispatchEvent(new Event('scrollend'));
    await expect.poll(() => inView(frame, slides)).toEqual([2]);
    expect(log).toEqual([1, 2]);
  });

  it('turns round in mid-scroll, and before the first frame of it', async () => {
    const { element, log, frame, slides } = await setUp();
    element.next();
    await once(frame, 'scroll');
    element.previous();
    await expect.poll(() => inView(frame, slides)).toEqual([0]);
    element.next();
    element.previous();
    // Longer than the way to the next slide takes.
    for (let frames = 0; frames < 40; frames++) await new Promise(requestAnimationFrame);
    expect([log, inView(frame, slides)]).toEqual([[1, 0, 1, 0], [0]]);
  });

  it('goes where a page sets it in mid-scroll', async () => {
    const { element, log, frame, slides } = await setUp();
    element.next();
    await once(frame, 'scroll');
    element.index = 3;
    await expect.poll(() => inView(frame, slides)).toEqual([3]);
    expect(log).toEqual([1]);
  });

  it.each(['wheel', 'touchstart'])('leaves off where a %s leads it elsewhere', async (type) => {
    const { element, log, frame, slides } = await setUp();
    element.next();
    await once(frame, 'scroll');
    frame.dispatchEvent(new Event(type));
    frame.scrollTo({ left: 1200, behavior: 'instant' });
    await expect.poll(() => [element.index, inView(frame, slides)]).toEqual([3, [3]]);
    expect(log.at(-1)).toBe(3);
  });

  it.each([
    ['ltr', '{ArrowRight}', '{ArrowLeft}'],
    ['rtl', '{ArrowLeft}', '{ArrowRight}'],
  ])('goes on by arrows, Home and End in the frame, %s', async (dir, more, less) => {
    const { element, frame, slides } = await setUp({}, dir);
    frame.focus();
    await userEvent.keyboard(`${more}${more}${less}`);
    expect(element.index).toBe(1);
    await userEvent.keyboard('{End}');
    await expect.poll(() => inView(frame, slides)).toEqual([4]);
    await userEvent.keyboard(`${more}{Home}`);
    await expect.poll(() => inView(frame, slides)).toEqual([0]);
  });

  it('follows what scrolls it: a finger, a wheel', async () => {
    const { element, log, frame } = await setUp();
    frame.scrollTo({ left: 800, behavior: 'instant' });
    await expect.poll(() => element.index).toBe(2);
    expect(log).toEqual([2]);
  });

  it('shows several, stops where the last is seen, and keeps the others out of the way', async () => {
    const { element, frame, slides } = await setUp({ perView: 2, perMove: 2 });
    await expect.poll(() => slides.map(({ inert }) => inert)).toEqual([false, false, true, true, true]);
    expect(element.shadowRoot?.querySelectorAll('.dots button')).toHaveLength(3);
    await userEvent.click(page.getByRole('button', { name: 'Next' }));
    await userEvent.click(page.getByRole('button', { name: 'Next' }));
    await expect.poll(() => inView(frame, slides)).toEqual([3, 4]);
    expect(slides.map(({ inert }) => inert)).toEqual([true, true, true, false, false]);
    await expect.element(page.getByRole('button', { name: 'Next' })).toHaveAttribute('aria-disabled', 'true');
  });

  it('takes the number of slides from CSS too', async () => {
    const { element, slides } = await setUp();
    element.style.setProperty('--skin-slides-per-view', '4');
    element.style.inlineSize = '404px';
    await expect.poll(() => slides.map(({ inert }) => inert)).toEqual([false, false, false, false, true]);
  });

  it('goes round with loop, both ways, and the slides are back in their order', async () => {
    const { element, log, frame, slides } = await setUp({ loop: true, perView: 2 });
    element.previous();
    await expect.poll(() => inView(frame, slides)).toEqual([3, 4]);
    element.next();
    await expect.poll(() => inView(frame, slides)).toEqual([0, 1]);
    await expect.poll(() => slides.every(({ style }) => style.translate === '')).toBe(true);
    expect([log, inView(frame, slides), frame.scrollLeft]).toEqual([[3, 0], [0, 1], 0]);
  });

  it('dots lead to their slide', async () => {
    const { element, frame, slides } = await setUp();
    await userEvent.click(page.getByRole('button', { name: '4 of 5' }));
    await expect.poll(() => inView(frame, slides)).toEqual([3]);
    await expect.element(page.getByRole('button', { name: '4 of 5' })).toHaveAttribute('aria-current', 'true');
    expect(element.shadowRoot?.activeElement?.ariaLabel).toBe('4 of 5');
  });

  it('many slides are counted, in the digits of the language', async () => {
    const { element } = await setUp({}, 'ltr', 40);
    expect(element.shadowRoot?.querySelector('.dots')).toBeNull();
    element.lang = 'ar-EG';
    element.index = 1;
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector('bdi')?.textContent).toBe('٢ of ٤٠');
  });

  it('starts at its index, and goes where a page sets it', async () => {
    const { element, frame, slides } = await setUp({ index: 3 });
    await expect.poll(() => inView(frame, slides)).toEqual([3]);
    element.index = 1;
    await expect.poll(() => inView(frame, slides)).toEqual([1]);
    element.index = Number.NaN;
    await expect.poll(() => inView(frame, slides)).toEqual([0]);
  });

  it.each([
    ['ltr', -150, 1],
    ['rtl', 150, 1],
    ['ltr', -300, 1],
    ['ltr', 250, 0],
  ])('is dragged by a mouse, %s by %i, without following the link', async (dir, by, expected) => {
    const { element, frame, slides } = await setUp({}, dir);
    const link = slides[0]?.querySelector('a') as HTMLElement;
    const clicks = vi.fn<(event: Event) => void>();
    link.addEventListener('click', clicks);
    const send = (type: string, clientX: number, target: EventTarget = window): boolean =>
      target.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          composed: true,
          pointerId: 1,
          pointerType: 'mouse',
          clientX,
          cancelable: true,
        }),
      );
    send('pointerdown', 200, link);
    // What follows the mouse is loaded when it is first needed.
    await expect
      .poll(() => {
        send('pointermove', 200 + by / 2);
        return element.matches(':state(dragging)');
      })
      .toBe(true);
    send('pointermove', 200 + by);
    send('pointerup', 200 + by);
    link.click();
    expect(clicks).not.toHaveBeenCalled();
    await expect.poll(() => inView(frame, slides)).toEqual([expected]);
    expect([element.index, element.matches(':state(dragging)')]).toEqual([expected, false]);
    await new Promise((resolve) => setTimeout(resolve));
    link.click();
    expect(clicks).toHaveBeenCalledOnce();
  });

  it('goes on by itself until someone looks or works in it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { element, log } = await setUp({ autoplay: true, loop: true });
    await element.updateComplete;
    const section = element.shadowRoot?.querySelector('section') as HTMLElement;
    expect(element.matches(':state(playing)')).toBe(true);
    vi.advanceTimersByTime(5000);
    vi.advanceTimersByTime(5000);
    expect([log, inside(element, 'output').textContent]).toEqual([[1, 2], '']);
    section.dispatchEvent(new PointerEvent('pointerenter'));
    vi.advanceTimersByTime(60_000);
    expect(log).toEqual([1, 2]);
    section.dispatchEvent(new PointerEvent('pointerleave'));
    vi.advanceTimersByTime(5000);
    expect(log).toEqual([1, 2, 3]);
    (section.querySelector('.frame') as HTMLElement).focus();
    await element.updateComplete;
    vi.advanceTimersByTime(60_000);
    expect([log, element.matches(':state(playing)')]).toEqual([[1, 2, 3], false]);
  });

  it('stays where its interval is longer than any timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { element, log } = await setUp({ autoplay: true });
    element.interval = Number.POSITIVE_INFINITY;
    await element.updateComplete;
    vi.advanceTimersByTime(60_000);
    expect(log).toEqual([]);
  });

  it('is stopped and started by its button, and stops while it is taken away', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { element, log } = await setUp({ autoplay: true });
    const button = element.shadowRoot?.querySelector('#play') as HTMLElement;
    expect(button.ariaLabel).toBe('Pause');
    button.click();
    await element.updateComplete;
    vi.advanceTimersByTime(60_000);
    expect([log, button.ariaLabel]).toEqual([[], 'Play']);
    button.click();
    await element.updateComplete;
    vi.advanceTimersByTime(5000);
    expect(log).toEqual([1]);
    element.remove();
    vi.advanceTimersByTime(60_000);
    expect(log).toEqual([1]);
    document.body.append(element);
    await element.updateComplete;
    vi.advanceTimersByTime(5000);
    expect(log).toEqual([1, 2]);
    element.remove();
  });

  it('stays where it is where the user wants less motion, and jumps', async () => {
    still();
    const { element, frame, slides } = await setUp({ autoplay: true, loop: true });
    expect(element.matches(':state(playing)')).toBe(false);
    element.previous();
    expect(inView(frame, slides)).toEqual([4]);
    await expect.element(page.getByRole('button', { name: 'Play' })).toBeVisible();
  });

  it('starts at its index with several in sight, and has no controls where all are', async () => {
    const { element, frame, slides } = await setUp({ index: 1, perView: 3 });
    element.style.inlineSize = '401px';
    await expect.poll(() => inView(frame, slides)).toEqual([1, 2, 3]);
    element.style.inlineSize = '400px';
    await expect.poll(() => inView(frame, slides)).toEqual([1, 2, 3]);
    expect(element.index).toBe(1);
    element.perView = 5;
    await expect.poll(() => slides.map(({ inert }) => inert)).toEqual([false, false, false, false, false]);
    expect(element.shadowRoot?.querySelector('.bar')?.checkVisibility()).toBe(false);
  });

  it('takes slides that come and go', async () => {
    const { element, slides } = await setUp({ index: 4 });
    const away = slides[0] as HTMLElement;
    expect(away.inert).toBe(true);
    slides[4]?.remove();
    slides[3]?.remove();
    await expect.poll(() => slides[0]?.place).toBe('1 of 3');
    await expect.poll(() => slides[2]?.inert).toBe(false);
    element.replaceChildren('text', document.createElement('p'));
    document.body.append(away);
    expect(away.inert).toBe(false);
    await element.updateComplete;
    element.next();
    expect(element.isConnected).toBe(true);
  });
});
