import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a certificate that has signed itself. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate for names, valid for a day; undefined, with a word, where there is no openssl. */
export const certificate = (name = 'localhost'): Certificate | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = [...new Set([name, 'localhost'])].map((one) => `DNS:${one}`);
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names.join(',')},IP:127.0.0.1`];
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  try {
    execFileSync('openssl', [...args, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    console.warn('TLS is not tested, as there is no openssl to make a certificate with.');
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
