/**
 * The way from an identity to a ballot that nobody can follow back: blind signatures (RFC 9474,
 * RSABSSA-SHA384-PSS-Deterministic). The voter's browser makes a key pair for one ballot and has its public half
 * signed without showing it; whoever signs knows that this person may vote, and cannot recognise the half when it comes
 * with the ballot. The ballot itself is signed with the other half: nobody can change it. Browser and server alike.
 */
import { RSABSSA } from '@cloudflare/blindrsa-ts';

const suite = () => RSABSSA.SHA384.PSS.Deterministic();
const ballotKey = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ballotSignature = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** What a ballot looks like on the board. All bytes are base64url. */
export type Ballot = {
  /** the raw point of the ballot's own P-256 key */
  key: string;
  /** the consultation's signature over that key: this ballot is of somebody who may vote */
  credential: string;
  choices: string[];
  /** the ballot's signature over consultation and choices */
  signature: string;
};

/** What the browser keeps between the asking and the casting. */
export type Voucher = { key: string; privateKey: JsonWebKey; prepared: string; blinded: string; inverse: string };

/** The text a credential is given for: one key, for one consultation and one list of voters. */
const credentialText = (consultationId: string, key: string): Uint8Array<ArrayBuffer> =>
  bytes(`dttm-credential\n${consultationId}\n${key}`);

/** The text a ballot signs. The order of choices does not matter, so it is sorted. */
const ballotText = (consultationId: string, choices: readonly string[]): Uint8Array<ArrayBuffer> =>
  bytes(`dttm-ballot\n${consultationId}\n${[...choices].sort().join(',')}`);

/** Makes a ballot's key and hides it for the signer. `publicKey`: the consultation's, SPKI in base64url. */
export async function askFor(consultationId: string, publicKey: string): Promise<Voucher> {
  const pair = await crypto.subtle.generateKey(ballotKey, true, ['sign', 'verify']);
  const key = toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  const prepared = suite().prepare(credentialText(consultationId, key));
  const { blindedMsg, inv } = await suite().blind(await signerKey(publicKey), prepared);
  return {
    key,
    privateKey: await crypto.subtle.exportKey('jwk', pair.privateKey),
    prepared: toBase64url(prepared),
    blinded: toBase64url(blindedMsg),
    inverse: toBase64url(inv),
  };
}

/** Takes the blindness off a signature and fills in the ballot. Throws where the signature is not the signer's. */
export async function fillIn(
  consultationId: string,
  publicKey: string,
  voucher: Voucher,
  blindSignature: string,
  choices: readonly string[],
): Promise<Ballot> {
  const credential = await suite().finalize(
    await signerKey(publicKey),
    fromBase64url(voucher.prepared),
    fromBase64url(blindSignature),
    fromBase64url(voucher.inverse),
  );
  const privateKey = await crypto.subtle.importKey('jwk', voucher.privateKey, ballotKey, false, ['sign']);
  const sorted = [...choices].sort();
  const signature = await crypto.subtle.sign(ballotSignature, privateKey, ballotText(consultationId, sorted));
  return {
    key: voucher.key,
    credential: toBase64url(credential),
    choices: sorted,
    signature: toBase64url(new Uint8Array(signature)),
  };
}

/** Whether a ballot is of somebody who may vote, and is as its voter left it. */
export async function isGenuine(consultationId: string, publicKey: string, ballot: Ballot): Promise<boolean> {
  try {
    const prepared = suite().prepare(credentialText(consultationId, ballot.key));
    if (!(await suite().verify(await signerKey(publicKey), fromBase64url(ballot.credential), prepared))) return false;
    const key = await crypto.subtle.importKey('raw', fromBase64url(ballot.key), ballotKey, false, ['verify']);
    const text = ballotText(consultationId, ballot.choices);
    return await crypto.subtle.verify(ballotSignature, key, fromBase64url(ballot.signature), text);
  } catch {
    // Bytes that are no key, no point or no signature: not a ballot.
    return false;
  }
}

/** The name of a ballot on the board: SHA-256 over all of it. */
export async function receiptOf(consultationId: string, ballot: Ballot): Promise<string> {
  const text = [consultationId, ballot.key, ballot.credential, [...ballot.choices].sort().join(','), ballot.signature];
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(text.join('\n')))));
}

const signerKey = (publicKey: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('spki', fromBase64url(publicKey), { name: 'RSA-PSS', hash: 'SHA-384' }, true, ['verify']);

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export function toBase64url(given: Uint8Array): string {
  let binary = '';
  for (const byte of given) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Throws where the text is not base64url. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
}
