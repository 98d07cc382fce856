// Where pdf.js does its work: a file of its own, so that bundlers find it by `new URL`. The build for browsers that are not
// the newest is a twentieth larger, and works in all that the kit does.
import 'pdfjs-dist/legacy/build/pdf.worker.min.mjs';
