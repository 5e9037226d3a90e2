import { texts } from './texts.ts';

/** Apart, because few pages of the citizens’ app need them. */
export const videoWords = texts('kit.video', {
  vi: {
    videoHint:
      'Một video, dài tối đa {{seconds}} giây và {{n}} MB. Chỉ bạn và cơ quan xử lý xem được; vị trí ghi trong video bị xoá.',
    videoTake: 'Quay hoặc chọn video',
    videoRemove: 'Bỏ video ({{size}})',
    videoLarge: 'Video này lớn hơn {{n}} MB. Hãy quay ngắn hơn hoặc chọn chất lượng thấp hơn.',
    videoLong: 'Video này dài hơn {{seconds}} giây. Hãy cắt ngắn hoặc quay lại đoạn ngắn hơn.',
    videoBad: 'Tệp này không phải video. Hãy chọn video MP4, MOV hoặc WebM.',
    videoNotPlayed: 'Trình duyệt này không phát được video.',
    videoKeep: 'Tải video về máy',
  },
  en: {
    videoHint:
      'One video, at most {{seconds}} seconds and {{n}} MB. Only you and the office in charge see it; the place inside is removed.',
    videoTake: 'Record or choose a video',
    videoRemove: 'Remove the video ({{size}})',
    videoLarge: 'This video is larger than {{n}} MB. Record a shorter one or choose a lower quality.',
    videoLong: 'This video is longer than {{seconds}} seconds. Cut it or record a shorter one.',
    videoBad: 'This file is no video. Choose an MP4, MOV or WebM video.',
    videoNotPlayed: 'This browser cannot play the video.',
    videoKeep: 'Download the video',
  },
});
