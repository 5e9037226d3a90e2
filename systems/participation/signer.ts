/** The signer of credentials. Its private operation is the machine's own OpenSSL, in constant time. */
import { constants, createPublicKey, generateKeyPair, privateDecrypt, publicEncrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { refuse } from '../../platform/words/index.ts';
import { fromBase64url, toBase64url } from './credentials.ts';

const MODULUS_BITS = 2048;

/** A key pair for one list of voters of one consultation: `publicKey` SPKI in base64url, `privateKey` PKCS #8 in PEM. */
export async function makeSigner(): Promise<{ publicKey: string; privateKey: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  return {
    publicKey: toBase64url(publicKey.export({ type: 'spki', format: 'der' })),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/**
 * RFC 9474, BlindSign: the raw RSA operation on what the voter sent, checked by the public one, because a signature
 * that went wrong in the machine would give the key away. Refuses what is not a number below the modulus.
 */
export function signBlindly(privateKey: string, blinded: string): string {
  const message = fromBase64url(blinded);
  if (message.byteLength !== MODULUS_BITS / 8) throw notBlinded();
  let signature: Buffer;
  try {
    signature = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, message);
  } catch {
    throw notBlinded();
  }
  const again = publicEncrypt({ key: createPublicKey(privateKey), padding: constants.RSA_NO_PADDING }, signature);
  if (!again.equals(message)) throw new Error('the signing of a credential went wrong in the machine');
  return toBase64url(signature);
}

function notBlinded() {
  return refuse(400, 'not-blinded', {
    vi: 'Yêu cầu phiếu không đúng dạng. Hãy tải lại trang rồi thử lại.',
    en: 'The request for a ballot is malformed. Reload the page and try again.',
  });
}
