/**
 * Where a photo was taken, as its camera wrote it (EXIF); null where it did not, which is usual: phones ask before they
 * tell. Read on the device and sent by nobody: the photo itself goes without it.
 */
export async function placeOfPhoto(photo: Blob): Promise<{ lon: number; lat: number } | null> {
  // The camera's notes stand at the beginning.
  const beginning = await photo.slice(0, 512 * 1024).arrayBuffer();
  try {
    const { load } = await import('exifreader');
    const { gps } = load(beginning, { expanded: true });
    const { Longitude: lon, Latitude: lat } = gps ?? {};
    if (lon === undefined || lat === undefined || !Number.isFinite(lon) || !Number.isFinite(lat)) return null;
    // What cameras write that have no fix.
    if (lon === 0 && lat === 0) return null;
    return { lon, lat };
  } catch {
    // No notes, notes that cannot be read, or the reader could not be loaded without a network: the place is asked for.
    return null;
  }
}
