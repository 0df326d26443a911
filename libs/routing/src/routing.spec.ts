import { describe, expect, it } from '@jest/globals';
import { crossValidate, cautious, figure, figuresOf, foldsOf, sureAtOf } from './evaluate.js';
import { gramsOf } from './grams.js';
import { keywordLinearModel } from './keyword-linear-model.js';
import { keywordScore, plainDemand, wordsFound, wordsOf } from './keywords.js';
import type { Candidate, Demand } from './model.js';
import { train, versionOf } from './train.js';
import type { Example } from './train.js';

const demand = (title: string, description = '', category: string | null = null): Demand => ({ title, description, category });
const candidates: readonly Candidate[] = [
  { department: 'education', duties: ['入学'] },
  { department: 'transport', duties: ['公交接驳'] },
  { department: 'urban-management', duties: ['路灯'] },
];
const keywords = { education: { strong: ['小学'], plain: ['孩子'] }, transport: { strong: ['公交'], plain: [] } };
const untrained = keywordLinearModel(train([], keywords, candidates, 0.9));
const order = (of: Demand, model = untrained) => model.judge(of, candidates).map(({ department }) => department);

describe('without an example the words decide', () => {
  it.each([
    ['a strong word', demand('小学门口太乱'), 'education'],
    ['a duty of the directory', demand('路灯坏了'), 'urban-management'],
    ['the title before the description', demand('公交太少', '小学'), 'transport'],
    ['the category', demand('请帮忙', '', '交通/公交/其他'), 'transport'],
    ['a strong word before a plain one', demand('公交上的孩子'), 'transport'],
    ['full width and capitals are the same', demand('公交'), 'transport'],
  ])('%s', (_, asked, first) => expect(order(asked)[0]).toBe(first));

  it('and nothing known leaves all equal, by code', () => {
    expect(untrained.judge(demand('您好'), candidates).map(({ department, share }) => [department, share.toFixed(3)]))
      .toEqual([['education', '0.333'], ['transport', '0.333'], ['urban-management', '0.333']]);
  });

  it('and says which word stood where', () => {
    expect(untrained.judge(demand('小学', '孩子'), candidates)[0]).toMatchObject({ words: [{ word: '小学', field: 'title' }, { word: '孩子', field: 'description' }], alike: [] });
  });

  it('counts a word that is both in the table and a duty once, and at most four mentions', () => {
    expect(wordsOf({ a: { strong: ['路灯'], plain: ['灯'] } }, 'a', ['路灯', '灯'])).toEqual({ strong: ['路灯', '灯'], plain: [] });
    const score = (text: string) => keywordScore(wordsFound(plainDemand(demand('', text)), { strong: ['公交'], plain: [] }));
    expect(score('公交'.repeat(9))).toBe(score('公交'.repeat(4)));
    expect(score('公交公交')).toBeGreaterThan(score('公交'));
  });
});

const taught: readonly Example[] = Array.from({ length: 12 }, (_, at) => [
  { demand: { ...demand(`第${'一二三四五六七八九十百千'[at] ?? ''}处喷泉停了`, '喷泉不喷水'), places: ['north'] }, department: 'urban-management' },
  { demand: demand(`校车${'甲乙丙丁戊己庚辛壬癸子丑'[at] ?? ''}线晚点`, '孩子等校车', '教育/校车'), department: 'education' },
]).flat();
const trained = train(taught, keywords, candidates, 0.8);
const model = keywordLinearModel(trained);

describe('from examples it learns', () => {
  it('what no word says', () => {
    expect(order(demand('喷泉有噪音'))[0]).toBe('education');
    expect(order(demand('喷泉有噪音'), model)[0]).toBe('urban-management');
    expect(model.judge(demand('喷泉有噪音'), candidates)[0]?.alike).toContain('喷泉');
  });
  it('categories and places', () => {
    expect(model.judge(demand('请尽快', '', '教育/校车'), candidates)[0]).toMatchObject({ department: 'education', byCategory: true, byPlace: false });
    expect(model.judge({ ...demand('请尽快'), places: ['north'] }, candidates)[0]).toMatchObject({ department: 'urban-management', byPlace: true });
  });
  it('the same from the same, with a version that is a digest of it', () => {
    expect(versionOf(train(taught, keywords, candidates, 0.8))).toBe(model.version);
    expect(versionOf(train(taught.slice(1), keywords, candidates, 0.8))).not.toBe(model.version);
    expect(versionOf(JSON.parse(JSON.stringify(trained)) as typeof trained)).toBe(model.version);
  });
  it('shares that make 1, and judges a candidate that it has never met by its duties', () => {
    const judged = model.judge(demand('无人机扰民'), [...candidates, { department: 'airspace', duties: ['无人机'] }]);
    expect(judged[0]?.department).toBe('airspace');
    expect(judged.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });
  it('only of the candidates it is asked about', () => {
    expect(model.judge(demand('喷泉停了'), candidates.slice(0, 2)).map(({ department }) => department)).not.toContain('urban-management');
  });
});

describe('grams', () => {
  it('cross no punctuation, and a category brings its wider ones', () => {
    const [title, , category] = gramsOf(demand('路灯,坏A8了', '', '城乡/市政'));
    expect([...title?.keys() ?? []]).toEqual(['t:路', 't:灯', 't:路灯', 't:坏', 't:了']);
    expect([...category?.keys() ?? []]).toEqual(['c:城乡', 'c:城乡/市政']);
  });
});

describe('evaluation', () => {
  it('puts the same title into the same fold', () => {
    const folds = foldsOf([...taught, ...taught], 5, 3);
    expect(folds.slice(0, taught.length)).toEqual(folds.slice(taught.length));
    expect(new Set(folds).size).toBeGreaterThan(1);
  });
  it('tries each example once', () => {
    const tried = crossValidate(taught, keywords, candidates, { folds: 3 });
    expect(tried).toHaveLength(taught.length);
    expect(figuresOf(tried).first).toMatchObject({ hits: taught.length, of: taught.length, share: 1 });
  });
  it('is sure from the lowest share on that is right in 93 of 100, and cautious when there are few', () => {
    const at = (share: number, rank: number) => ({ share, rank });
    const certain = Array.from({ length: 40 }, (_, i) => at(0.99 - i / 100, 1));
    expect(sureAtOf([...certain, at(0.3, 2), at(0.2, 2), at(0.1, 2), at(0.05, 2)])).toBe(0.1);
    expect(sureAtOf([...certain, ...Array.from({ length: 9 }, (_, i) => at(0.5 - i / 1000, 2))])).toBe(0.498);
    expect(sureAtOf(certain.slice(0, 19))).toBe(cautious);
  });
  it('has Wilson intervals', () => {
    const { share, from, to } = figure(75, 100);
    expect([share, from.toFixed(3), to.toFixed(3)]).toEqual([0.75, '0.657', '0.825']);
  });
});
