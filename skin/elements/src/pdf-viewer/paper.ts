import type { PdfSource } from './contract.ts';
import { largestScale, type PageView } from './page-view.ts';

/** Dots per inch on paper. */
const dots = 150;

const drawPage = async (view: PageView): Promise<Blob | null> => {
  const page = await view.page();
  const viewport = page.getViewport({ scale: Math.min(dots / 72, largestScale(...view.size)) });
  const canvas = document.createElement('canvas');
  Object.assign(canvas, {
    width: Math.max(1, Math.floor(viewport.width)),
    height: Math.max(1, Math.floor(viewport.height)),
  });
  await page.render({ canvas, viewport, intent: 'print' }).promise;
  return new Promise((resolve) => canvas.toBlob(resolve));
};

/** Prints pages, drawn one after another into a frame that nobody sees. */
export const printPages = async (views: readonly PageView[]): Promise<void> => {
  const frame = document.createElement('iframe');
  frame.ariaHidden = 'true';
  frame.tabIndex = -1;
  frame.style.cssText = 'position:fixed;inline-size:0;block-size:0;border:0;visibility:hidden';
  document.body.append(frame);
  const inside = frame.contentDocument;
  const urls: string[] = [];
  const end = (): void => {
    frame.remove();
    for (const url of urls) URL.revokeObjectURL(url);
  };
  try {
    if (inside === null) return end();
    const style = inside.createElement('style');
    style.textContent =
      '@page{margin:0}body{margin:0}img{display:block;inline-size:100%;block-size:100vh;object-fit:contain;break-after:page}';
    inside.head.append(style);
    for (const view of views) {
      const blob = await drawPage(view);
      if (blob === null) continue;
      const image = inside.createElement('img');
      image.src = URL.createObjectURL(blob);
      urls.push(image.src);
      inside.body.append(image);
      await image.decode();
    }
    frame.contentWindow?.addEventListener('afterprint', end, { once: true });
    frame.contentWindow?.print();
  } catch (error) {
    end();
    throw error;
  }
};

/** Name under which a document is saved. */
export const nameOf = (source: PdfSource): string => {
  if (source instanceof File) return source.name;
  const path = typeof source === 'string' ? (URL.parse(source, document.baseURI)?.pathname ?? '') : '';
  const name = path.split('/').at(-1) ?? '';
  return name.endsWith('.pdf') ? decodeURIComponent(name) : 'document.pdf';
};

/** Saves a file as if the user had followed a link to it. */
export const saveFile = (blob: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken what it needs once the click was handled.
  setTimeout(() => URL.revokeObjectURL(link.href));
};
