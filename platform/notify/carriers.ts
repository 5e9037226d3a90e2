/** Who carries a message: a mail server, or the HTTP gateway of an SMS provider. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';

export type Letter = { id: string; address: string; subject: string; body: string; message_id: string };

export type Carrier = {
  /** Resolves when the message was taken. */
  send(letter: Letter): Promise<void>;
  /**
   * Whose fault it was: of the carrier (the message loses no attempt), of the message (tried again), or of the message
   * for good.
   */
  blame(error: unknown): Promise<'carrier' | 'message' | 'message-for-good'>;
  close(): void;
};

type SmtpError = Partial<{ code: string; responseCode: number; response: string; message: string; command: string }>;

/** @param url `smtp://user:password@host:port` or `smtps://…` */
export function mailCarrier(url: string, from: string): Carrier {
  const transport = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 });
  return {
    async send(letter) {
      await transport.sendMail({
        from,
        to: letter.address,
        subject: letter.subject,
        text: letter.body,
        messageId: letter.message_id,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    async blame(error) {
      const { code, command, responseCode } = error as SmtpError;
      // It would not let us in, or refuses our sender's address: the same for every message, and not their fault.
      if (code === 'EAUTH' || command === 'MAIL FROM') return 'carrier';
      const answered = responseCode !== undefined && (command === 'RCPT TO' || command === 'DATA');
      // Whether the server lets us in now: a connection that broke may be its fault or this message's.
      const reachable =
        answered ||
        (await transport.verify().then(
          () => true,
          () => false,
        ));
      if (!reachable) return 'carrier';
      // A 5xx answer will be the same next time.
      return responseCode !== undefined && responseCode >= 500 ? 'message-for-good' : 'message';
    },
    close: () => transport.close(),
  };
}

class GatewayAnswer extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`${status} ${text.slice(0, 200)}`);
    this.status = status;
  }
}

/**
 * An SMS gateway by HTTP: `POST` of `{ id, to, text }`, any 2xx is taken; the same `id` again is the same message.
 * Providers differ; a gateway of theirs is put behind a small service that speaks this.
 */
export function smsCarrier(url: string, token: string | undefined): Carrier {
  return {
    async send(letter) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify({ id: letter.id, to: letter.address, text: letter.body }),
        signal: AbortSignal.timeout(30_000),
        redirect: 'error',
      });
      const text = await answer.text();
      if (!answer.ok) throw new GatewayAnswer(answer.status, text);
    },
    async blame(error) {
      if (!(error instanceof GatewayAnswer) || [401, 403, 404, 429].includes(error.status)) return 'carrier';
      return error.status >= 500 ? 'message' : 'message-for-good';
    },
    close: () => undefined,
  };
}

/** The demo's: messages become files in a folder, so that whoever tries it finds the codes, and nobody gets an SMS. */
export function folderCarrier(directory: string): Carrier {
  return {
    async send(letter) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFile(join(directory, `${letter.id}.txt`), `${letter.address}\n${letter.body}\n`, { mode: 0o600 });
    },
    blame: async () => 'carrier',
    close: () => undefined,
  };
}

export function reasonOf(error: unknown): string {
  const { response, message } = error as SmtpError;
  return (response ?? message ?? String(error)).slice(0, 500);
}
