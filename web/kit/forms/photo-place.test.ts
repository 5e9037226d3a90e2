import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { placeOfPhoto } from './photo-place.ts';

const photo = async (gps: Record<string, string> | null): Promise<Blob> => {
  const plain = sharp({ create: { width: 40, height: 30, channels: 3, background: '#888' } }).jpeg();
  const bytes = await (gps ? plain.withExif({ IFD3: gps }) : plain).toBuffer();
  return new Blob([new Uint8Array(bytes)]);
};

describe('the place of a photo', () => {
  it('is read from what the camera wrote', async () => {
    // 20° 27' 0" N = 20.45; 106° 20' 24" E = 106 + 20/60 + 24/3600 = 106.34
    const place = await placeOfPhoto(
      await photo({
        GPSLatitudeRef: 'N',
        GPSLatitude: '20/1 27/1 0/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '106/1 20/1 24/1',
      }),
    );
    expect(place?.lat).toBeCloseTo(20.45, 6);
    expect(place?.lon).toBeCloseTo(106.34, 6);
  });

  it('is none where the camera wrote none, had no fix, or the file is no photo', async () => {
    expect(await placeOfPhoto(await photo(null))).toBeNull();
    const zero = { GPSLatitudeRef: 'N', GPSLatitude: '0/1 0/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 0/1 0/1' };
    expect(await placeOfPhoto(await photo(zero))).toBeNull();
    expect(await placeOfPhoto(new Blob(['not a photo']))).toBeNull();
    expect(await placeOfPhoto(new Blob([]))).toBeNull();
  });
});
