import { describe, expect, it } from 'vitest';
import { dependsOn, topicOf } from './groups.ts';

describe('what alerts of a storm share', () => {
  it('is named by the title without the place', () => {
    const cases: [vi: string, en: string, entity: string, topic: [vi: string, en: string]][] = [
      ['Mất số liệu: Trạm 1', 'No data: Trạm 1', 'Trạm 1', ['Mất số liệu', 'No data']],
      ['Bụi cao tại Trạm 1', 'High dust at Trạm 1', 'Trạm 1', ['Bụi cao', 'High dust']],
      ['Trạm 1 mất điện', 'Trạm 1 is without power', 'Trạm 1', ['mất điện', 'is without power']],
      ['Không khí xấu', 'Bad air', 'Trạm 1', ['Không khí xấu', 'Bad air']],
      ['Trạm 1', 'Trạm 1', 'Trạm 1', ['Trạm 1', 'Trạm 1']],
    ];
    for (const [vi, en, entity, [topicVi, topicEn]] of cases) {
      expect(topicOf({ vi, en }, entity)).toEqual({ vi: topicVi, en: topicEn });
    }
  });

  it('is a site that their entities name, one or several, never themselves', () => {
    expect(dependsOn({ id: 'a', properties: { dependsOn: 'site' } })).toEqual(['site']);
    expect(dependsOn({ id: 'a', properties: { dependsOn: ['a', 'x', 3, 'y'] } })).toEqual(['x', 'y']);
    expect(dependsOn({ id: 'a', properties: {} })).toEqual([]);
  });
});
