import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its private key, PEM texts. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** Whether certificates can be made here: OpenSSL's command makes them. */
export const canMakeCertificates = hasOpenssl();

/** Makes a self-signed certificate (P-256) for these names. Its own authority: what trusts it, trusts nothing else. */
export function makeCertificate(names: readonly string[], { days = 90 }: { days?: number } = {}): KeyPair {
  return inDirectory((directory) => {
    openssl(
      directory,
      ...REQUEST,
      '-x509',
      '-days',
      String(days),
      '-subj',
      `/CN=${names[0]}`,
      '-addext',
      `subjectAltName=${altNames(names)}`,
    );
    return readPair(directory);
  });
}

/** Makes an authority and, signed by it, a certificate for these names. */
export function makeSignedCertificate(names: readonly string[]): KeyPair & { ca: string } {
  const authority = makeAuthority();
  return { ...signCertificate(authority, names), ca: authority.certificate };
}

/** Makes an authority. */
export function makeAuthority(): KeyPair {
  return inDirectory((directory) => {
    openssl(directory, ...REQUEST, '-x509', '-days', '90', '-subj', '/CN=Test authority', '-addext', 'basicConstraints=critical,CA:TRUE');
    return readPair(directory);
  });
}

/** Makes a certificate for these names that an authority has signed; with 0 days it has expired when it is there. */
export function signCertificate(authority: KeyPair, names: readonly string[], { days = 90 }: { days?: number } = {}): KeyPair {
  return inDirectory((directory) => {
    writeFileSync(join(directory, 'ca.pem'), authority.certificate);
    writeFileSync(join(directory, 'ca.key'), authority.key);
    writeFileSync(join(directory, 'ext'), `subjectAltName=${altNames(names)}\n`);
    openssl(directory, ...REQUEST, '-subj', `/CN=${names[0]}`);
    openssl(
      directory,
      'x509',
      '-req',
      '-in',
      'cert.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-days',
      String(days),
      '-extfile',
      'ext',
      '-out',
      'signed.pem',
    );
    return { certificate: readFileSync(join(directory, 'signed.pem'), 'utf8'), key: readFileSync(join(directory, 'key.pem'), 'utf8') };
  });
}

const REQUEST = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem'];

function altNames(names: readonly string[]): string {
  return names.map((name) => (/^[\d.]{7,15}$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
}

function readPair(directory: string): KeyPair {
  return { certificate: readFileSync(join(directory, 'cert.pem'), 'utf8'), key: readFileSync(join(directory, 'key.pem'), 'utf8') };
}

function inDirectory<Result>(action: (directory: string) => Result): Result {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-certificates-'));
  try {
    return action(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function openssl(directory: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.CI === 'true') throw new Error('The TLS tests need the openssl command: apt-get install openssl');
    process.stderr.write('skipped: the TLS tests need the openssl command: apt-get install openssl\n');
    return false;
  }
}
