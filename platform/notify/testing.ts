/** For tests only: a mail server that speaks as much SMTP (RFC 5321) as a client needs, and can be made to misbehave. */
import { createServer, type Socket } from 'node:net';

export type Received = { from: string; to: string[]; data: string };

export type MailServer = {
  url: string;
  received: Received[];
  /** What to answer, by the command's first word; `null` cuts the connection. Absent: it works. */
  answers: Partial<Record<'MAIL' | 'RCPT' | 'DATA' | 'BODY', (line: string) => string | null | undefined>>;
  close(): Promise<void>;
};

export async function startMailServer(port = 0): Promise<MailServer> {
  const received: Received[] = [];
  const answers: MailServer['answers'] = {};
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let mail: Received = { from: '', to: [], data: '' };
    let inBody = false;
    let pending = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const asked = (what: keyof MailServer['answers'], line: string, fine: string): boolean => {
      const answer = answers[what]?.(line);
      if (answer === null) socket.destroy();
      else say(answer ?? fine);
      return answer === undefined;
    };
    say('220 test ESMTP');
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      pending += chunk;
      for (;;) {
        if (inBody) {
          const end = pending.indexOf('\r\n.\r\n');
          if (end < 0) return;
          mail.data = pending.slice(0, end);
          pending = pending.slice(end + 5);
          inBody = false;
          // It has taken the mail, whatever it answers: the case that makes a repetition.
          received.push(mail);
          asked('BODY', mail.data, '250 taken');
          mail = { from: '', to: [], data: '' };
          continue;
        }
        const end = pending.indexOf('\r\n');
        if (end < 0) return;
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        const command = line.slice(0, 4).toUpperCase();
        const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
        if (command === 'EHLO' || command === 'HELO') say('250 test');
        else if (command === 'MAIL') {
          if (asked('MAIL', line, '250 ok')) mail.from = address;
        } else if (command === 'RCPT') {
          if (asked('RCPT', line, '250 ok')) mail.to.push(address);
        } else if (command === 'DATA') inBody = asked('DATA', line, '354 go on');
        else if (command === 'QUIT') {
          say('221 bye');
          socket.end();
        } else say('250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    received,
    answers,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
