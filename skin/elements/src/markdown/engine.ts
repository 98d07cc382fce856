import { missing } from '../base/engine.ts';
import type { MarkdownEngine } from './contract.ts';
import { decorate } from './decorate.ts';

// Formatted text, and nothing that is a control, a frame, a medium, a style or a script: what isn't named here goes.
const tags =
  'h1 h2 h3 h4 h5 h6 p br hr strong em b i u s del ins mark small sub sup kbd code samp var pre blockquote q cite ul ol li dl dt dd table caption thead tbody tfoot tr th td a img figure figcaption details summary abbr dfn span div ruby rt rp bdi bdo time wbr input';
const attributes =
  'href title alt src width height start reversed align colspan rowspan scope dir lang open datetime class type checked disabled';

/** Loads the engine: marked for the grammar, DOMPurify for what may be shown. */
export const loadMarkdown = async (): Promise<MarkdownEngine> => {
  const [{ Marked }, { default: createPurifier }] = await Promise.all([
    import('marked').catch(missing('marked')),
    import('dompurify').catch(missing('dompurify')),
  ]);
  // Of our own, so that what the page does to its copies changes nothing here.
  const marked = new Marked({ gfm: true });
  const purifier = createPurifier(window);
  return {
    render: (text, rendering) => {
      const markup = marked.parse(text, { async: false, breaks: rendering.breaks });
      const fragment = purifier.sanitize(markup, {
        RETURN_DOM_FRAGMENT: true,
        ALLOWED_TAGS: tags.split(' '),
        ALLOWED_ATTR: attributes.split(' '),
        ALLOW_DATA_ATTR: false,
        ALLOW_ARIA_ATTR: false,
        // Their content is no text of the author's.
        FORBID_CONTENTS: ['script', 'style', 'template', 'iframe', 'object', 'svg', 'math', 'noscript', 'title'],
      });
      decorate(fragment, rendering);
      return fragment;
    },
  };
};
