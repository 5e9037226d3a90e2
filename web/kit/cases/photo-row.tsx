import './cases.css';

export type ShownPhoto = { id: string; small: string; whole: string; alt: string; caption?: string };

/** Photos beside one another, each with its words; a press opens the large one. */
export function PhotoRow({ photos }: { photos: readonly ShownPhoto[] }) {
  if (photos.length === 0) return null;
  return (
    <div className="k-photo-row">
      {photos.map((photo) => (
        <figure key={photo.id}>
          <a href={photo.whole} target="_blank" rel="noreferrer">
            <img src={photo.small} alt={photo.alt} loading="lazy" />
          </a>
          {photo.caption ? <figcaption>{photo.caption}</figcaption> : null}
        </figure>
      ))}
    </div>
  );
}
