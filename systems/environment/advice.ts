/** Advice to citizens by level of VN_AQI, as the decision's table recommends it. Browser-safe. */
import type { Text } from '../../platform/words/index.ts';

export type Advice = { everyone: Text; sensitive: Text };

/** In the order of the levels, best first. */
export const airAdvice: readonly Advice[] = [
  {
    everyone: {
      vi: 'Không khí tốt. Bà con tham gia các hoạt động ngoài trời bình thường.',
      en: 'The air is good. Enjoy the outdoors as usual.',
    },
    sensitive: { vi: 'Không cần hạn chế gì.', en: 'Nothing to avoid.' },
  },
  {
    everyone: {
      vi: 'Không khí ở mức chấp nhận được. Sinh hoạt ngoài trời bình thường.',
      en: 'The air is acceptable. Outdoor life as usual.',
    },
    sensitive: {
      vi: 'Người già, trẻ nhỏ, người có bệnh hô hấp, tim mạch: theo dõi sức khỏe, bớt vận động mạnh nếu thấy ho, tức ngực.',
      en: 'Older people, small children, people with heart or lung disease: watch how you feel; less hard exercise if you cough.',
    },
  },
  {
    everyone: { vi: 'Bớt vận động mạnh ngoài trời trong thời gian dài.', en: 'Less long, hard exercise outdoors.' },
    sensitive: {
      vi: 'Người già, trẻ nhỏ, phụ nữ mang thai, người bệnh hô hấp, tim mạch: hạn chế ra ngoài; nên đeo khẩu trang lọc bụi.',
      en: 'Older people, children, pregnant women, people with heart or lung disease: stay outdoors less; wear a filtering mask.',
    },
  },
  {
    everyone: {
      vi: 'Hạn chế ra ngoài; đeo khẩu trang lọc bụi mịn khi cần ra đường; không đốt rơm rạ, rác.',
      en: 'Stay outdoors less; wear a fine-dust mask when you must go out; do not burn straw or rubbish.',
    },
    sensitive: {
      vi: 'Ở trong nhà, đóng cửa sổ; trường học nên chuyển thể dục vào trong nhà.',
      en: 'Stay indoors with windows closed; schools should move exercise indoors.',
    },
  },
  {
    everyone: {
      vi: 'Tránh ra ngoài. Đóng cửa, dùng khẩu trang lọc bụi mịn nếu buộc phải đi.',
      en: 'Avoid going out. Close windows; wear a fine-dust mask if you must.',
    },
    sensitive: {
      vi: 'Ở trong nhà. Có dấu hiệu khó thở, đau ngực: đến cơ sở y tế hoặc gọi 115.',
      en: 'Stay indoors. With breathlessness or chest pain see a doctor or call 115.',
    },
  },
  {
    everyone: {
      vi: 'Ở trong nhà, đóng kín cửa. Theo dõi thông báo của chính quyền.',
      en: 'Stay indoors with everything closed. Follow the authorities’ notices.',
    },
    sensitive: {
      vi: 'Ở trong nhà và giảm vận động. Có dấu hiệu bất thường: gọi 115 ngay.',
      en: 'Stay indoors and rest. If unwell call 115 at once.',
    },
  },
];
