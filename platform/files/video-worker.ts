/** The thread that reads one video and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputTrack,
  MATROSKA,
  MP4,
  Mp4OutputFormat,
  Output,
  QTFF,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny';

export type Packed =
  | { is: 'packed'; bytes: Uint8Array; width: number; height: number }
  | { is: 'too-long' }
  /** no video, damaged, or made to do harm */
  | { is: 'broken'; why: string };

export type ToPack = { bytes: Uint8Array; container: 'mp4' | 'webm'; mostSeconds: number };

/** Of one track: 240 pictures a second for half a minute, and some. */
const MOST_PACKETS = 8_000;
/** A phone that is told half a minute stops a little later. */
const GRACE_SECONDS = 1;

class TooLong extends Error {}

parentPort?.postMessage(
  await packed(workerData as ToPack).catch((error: unknown): Packed => {
    if (error instanceof TooLong) return { is: 'too-long' };
    return { is: 'broken', why: error instanceof Error ? error.message : String(error) };
  }),
);

async function packed({ bytes, container, mostSeconds }: ToPack): Promise<Packed> {
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4, QTFF, WEBM, MATROSKA] });
  const target = new BufferTarget();
  const format = container === 'mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat();
  const output = new Output({ format, target });

  const video = await input.getPrimaryVideoTrack();
  const codec = video?.codec;
  const config = await video?.getDecoderConfig();
  if (!video || !codec || !config || !format.getSupportedVideoCodecs().includes(codec)) {
    return { is: 'broken', why: `no picture that ${container} holds: ${codec}` };
  }
  const pictures = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(pictures, { rotation: video.rotation });

  // A sound in a form that the container does not hold is left out.
  const audio = await input.getPrimaryAudioTrack();
  const soundConfig = await audio?.getDecoderConfig();
  const sound =
    audio?.codec && soundConfig && format.getSupportedAudioCodecs().includes(audio.codec)
      ? new EncodedAudioPacketSource(audio.codec)
      : null;
  if (sound) output.addAudioTrack(sound);

  await output.start();
  const from = Math.min(await video.getFirstTimestamp(), sound && audio ? await audio.getFirstTimestamp() : Infinity);
  // By what is there, picture by picture: what the head of the file says of its length may be a lie. And the same bytes
  // named again and again would grow without end.
  let size = 0;
  const copy = async (track: InputTrack, add: (packet: EncodedPacket) => Promise<void>) => {
    let count = 0;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const timestamp = packet.timestamp - from;
      size += packet.byteLength;
      count += 1;
      if (timestamp + packet.duration > mostSeconds + GRACE_SECONDS || count > MOST_PACKETS) throw new TooLong();
      if (size > bytes.byteLength) throw new Error('holds more than it is long');
      await add(packet.clone({ timestamp }));
    }
    if (count === 0) throw new Error('a track without content');
  };
  await Promise.all([
    copy(video, (packet) => pictures.add(packet, { decoderConfig: config })).then(() => pictures.close()),
    sound && audio && soundConfig
      ? copy(audio, (packet) => sound.add(packet, { decoderConfig: soundConfig })).then(() => sound.close())
      : null,
  ]);
  await output.finalize();
  if (!target.buffer) throw new Error('nothing was written');
  const { displayWidth: width, displayHeight: height } = video;
  return { is: 'packed', bytes: new Uint8Array(target.buffer), width, height };
}
