import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { makeArticle, smallArticles, smallWorld, smallYaml } from '../../support/small-world.ts';

/** The small company, and articles whose words depend on the customer, on the date, or on a translation. */
const files = {
  ...smallArticles(),
  'site.yaml': `${smallYaml['site.yaml']}mostAsked: [returns/return-window, orders/cancel-order]\n`,
  'en/orders/shipping-cost.md': makeArticle({
    title: 'What does shipping cost?',
    questions: ['price of delivery'],
    related: ['orders/cancel-order'],
    body: `
Shipping has one price for each region.

## Your price

Standard shipping costs {{fact:shipping-fee}}.

### By courier

A courier is never included.

## Withdrawal in the EU

The law also lets you change your mind.

:::when region=EU
Within {{fact:eu-withdrawal}}.
:::
`,
  }),
  'en/orders/track-parcel.md': makeArticle({
    title: 'Where is my parcel?',
    questions: ['track my package'],
    supersedes: 'orders/old-tracking',
    body: 'Open your order and choose **Track**.',
  }),
  'en/returns/torn-seam.md': makeArticle({
    title: 'Do you mend torn seams?',
    questions: ['seam ripped open'],
    verified: '2024-01-01',
    body: 'We mend seams free of charge.',
  }),
  'he/orders/track-parcel.md': makeArticle({
    title: 'איפה החבילה שלי?',
    questions: ['מעקב אחר משלוח'],
    source: '0123456789abcdef',
    body: 'פותחים את ההזמנה ובוחרים **מעקב**.',
  }),
};

/** Text between the element that carries this answer and the end of that element. */
function answerOn(page: string, answerId: string): { readonly fingerprint: string; readonly html: string } {
  const found = new RegExp(
    `<div class="prose"[^>]* data-answer-id="${answerId}" data-fingerprint="([^"]+)">([\\s\\S]*?)</div>`,
  ).exec(page);
  if (!found) throw new Error(`no element shows ${answerId}`);
  return { fingerprint: found[1] ?? '', html: found[2] ?? '' };
}

describe('pages of the FAQ', () => {
  let world: TestApp;

  beforeAll(async () => {
    world = await makeApp(smallWorld(files).snapshot, {
      config: { publicUrl: 'https://help.small.example' },
    });
  });
  afterAll(() => world.close());

  const get = (path: string) => request(world.app).get(path).set('Accept', 'text/html');
  const asking = (locale: string, context: Readonly<Record<string, string>> = {}) => ({
    locale,
    context,
    asOf: '2026-11-22',
  });
  const answerer = () => world.deps.current().public;

  describe('the entrance', () => {
    test.each([
      ['he-IL,he;q=0.9,en;q=0.5', '/he'],
      ['de,fa;q=0.3', '/fa'],
      ['de', '/en'],
      ['', '/en'],
    ])('a browser that reads "%s" is sent to %s', async (languages, target) => {
      const response = await request(world.app).get('/').set('Accept-Language', languages);
      expect(response.status).toBe(302);
      expect(response.headers.location).toBe(target);
      expect(response.headers.vary).toMatch(/accept-language/i);
    });
  });

  describe('home', () => {
    test.each([
      ['en', 'ltr', 'Small Shop'],
      ['he', 'rtl', 'חנות קטנה'],
      ['fa', 'rtl', 'فروشگاه کوچک'],
      ['ms', 'ltr', 'Kedai Kecil'],
    ])('%s is written %s and calls the shop %s', async (locale, direction, name) => {
      const { text, headers } = await get(`/${locale}`).expect(200);
      expect(text).toContain(`<html lang="${locale}" dir="${direction}">`);
      expect(text).toContain(`<span class="brand__label">${name}</span>`);
      expect(headers['content-language']).toBe(locale);
    });

    test('shows the most asked in the owner’s order, then every topic with the number of its answers', async () => {
      const { text } = await get('/en').expect(200);
      const links = [...text.matchAll(/class="(?:row|topic)__link" href="([^"]+)"/g)].map(([, url]) => url);
      expect(links).toEqual([
        '/en/returns/return-window',
        '/en/orders/cancel-order',
        '/en/orders',
        '/en/returns',
      ]);
      expect(text).toContain('3 answers');
      expect(text).toContain('2 answers');
    });

    test('keeps what the customer chose on every link and in the question box', async () => {
      const { text } = await get('/en?region=EU&utm_source=mail').expect(200);
      expect(text).toContain('href="/en/orders?region&#x3D;EU"');
      expect(text).toContain('href="/he?region&#x3D;EU"');
      expect(text).toContain('<input type="hidden" name="region" value="EU">');
      expect(text).not.toContain('utm_source');
    });

    test('a value that nobody declared counts as not chosen, one that is given twice is refused', async () => {
      expect((await get('/en?region=Mars').expect(200)).text).not.toContain('Mars');
      await get('/en?region=EU&region=US').expect(400);
    });

    test('may be kept by caches that ask again, and is not sent twice', async () => {
      const first = await get('/en').expect(200);
      expect(first.headers['cache-control']).toBe('public, no-cache');
      await get('/en').set('If-None-Match', String(first.headers.etag)).expect(304);
    });
  });

  describe('a category', () => {
    test('lists its articles and leads back', async () => {
      const { text } = await get('/en/orders').expect(200);
      expect(text).toContain('<h1>Orders</h1>');
      expect(text).toContain('What does shipping cost?');
      expect(text).toContain('class="crumbs__link" href="/en"');
      expect(text).not.toContain('stolen');
    });
  });

  describe('an article', () => {
    test('shows exactly the answers that asking for its sections gives', async () => {
      const { text } = await get('/en/orders/cancel-order').expect(200);
      const found = answerer().article('orders/cancel-order', asking('en'));
      if (found.kind !== 'article') throw new Error(found.kind);
      const answers = found.article.sections.flatMap(({ result }) => (result?.answer ? [result.answer] : []));
      expect(answers.map(({ id }) => id)).toEqual([
        'orders/cancel-order#lead',
        'orders/cancel-order#how-to-cancel',
      ]);
      for (const { id, fingerprint, html } of answers)
        expect(answerOn(text, id)).toEqual({ fingerprint, html });
    });

    test('has its answer before its details, and says when it was confirmed', async () => {
      const { text } = await get('/en/orders/cancel-order').expect(200);
      expect(text.indexOf('#lead"')).toBeLessThan(text.indexOf('id="how-to-cancel"'));
      expect(text).toContain('Confirmed on November 2, 2026');
    });

    test('says until when words hold that change on a date: the last day, not the day after', async () => {
      const { text } = await get('/en/returns/return-window').expect(200);
      expect(text).toContain('Holds from November 15, 2026 until January 10, 2027');
    });

    test('asks in place for what a section depends on, and answers once it is chosen', async () => {
      const open = await get('/en/orders/shipping-cost').expect(200);
      expect(open.text).toContain('href="/en/orders/shipping-cost?region&#x3D;EU#your-price"');
      expect(open.text).not.toContain('id="choose-region"');
      const { text } = await get('/en/orders/shipping-cost?region=EU&plan=standard').expect(200);
      expect(answerOn(text, 'orders/shipping-cost#your-price').html).toContain('€6.00');
      expect(text).toContain('<span class="tag">European Union</span>');
      expect(text).toMatch(/id="choose-region"[\s\S]*aria-current="true"/);
      expect(text).toContain('href="/en/orders/shipping-cost?region&#x3D;EU#choose-plan"');
    });

    test('keeps the order of headings', async () => {
      const { text } = await get('/en/orders/shipping-cost').expect(200);
      const levels = [...text.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
      expect(levels[0]).toBe(1);
      for (const [index, level] of levels.slice(1).entries())
        expect(level).toBeLessThanOrEqual((levels[index] ?? 0) + 1);
    });

    test('that is not translated is shown in the default language, and says so', async () => {
      const { text } = await get('/he/orders/cancel-order').expect(200);
      expect(text).toContain('המאמר הזה עדיין לא נכתב בעברית. הנה הוא באנגלית.');
      expect(text).toMatch(/<h1 lang="en" dir="ltr">/);
      expect(text).toContain(
        '<link rel="canonical" href="https://help.small.example/en/orders/cancel-order">',
      );
      expect(text).not.toContain('hreflang="he" href="https:');
    });

    test('whose translation is older than its original says so and leads there', async () => {
      const { text } = await get('/he/orders/track-parcel').expect(200);
      expect(text).toContain('התרגום הזה ישן מהמקור');
      expect(text).toContain('href="/en/orders/track-parcel" hreflang="en"');
    });

    test('tells search engines where it is, in which languages, what it says and the way to it', async () => {
      const { text } = await get('/he/orders/track-parcel?region=EU').expect(200);
      expect(text).toContain(
        '<link rel="canonical" href="https://help.small.example/he/orders/track-parcel">',
      );
      for (const [tag, locale] of [
        ['en', 'en'],
        ['he', 'he'],
        ['x-default', 'en'],
      ])
        expect(text).toContain(
          `<link rel="alternate" hreflang="${tag}" href="https://help.small.example/${locale}/orders/track-parcel">`,
        );
      expect(text).toContain('<meta name="description" content="פותחים את ההזמנה ובוחרים מעקב.">');
      expect(text).toContain('<meta property="og:type" content="article">');
      const data = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(text)?.[1] ?? '';
      expect(JSON.parse(data).itemListElement.map(({ item }: { item: string }) => item)).toEqual([
        'https://help.small.example/he',
        'https://help.small.example/he/orders',
        'https://help.small.example/he/orders/track-parcel',
      ]);
    });

    test('under an old address leads to its successor and keeps the choice', async () => {
      const response = await get('/he/orders/old-tracking?region=EU').expect(301);
      expect(response.headers.location).toBe('/he/orders/track-parcel?region=EU');
    });

    test('overdue for confirmation warns, shows the words and leads to a person', async () => {
      const { text } = await get('/en/returns/torn-seam').expect(200);
      expect(text).toContain('This answer has not been confirmed recently.');
      expect(answerOn(text, 'returns/torn-seam#lead').html).toContain('We mend seams');
    });
  });

  describe('what is not there', () => {
    test.each(['/en/orders/nothing', '/en/nothing', '/en/orders/stolen-card', '/de', '/de/orders/nothing'])(
      '%s is a page with a question box and the topics',
      async (path) => {
        const { text, headers } = await get(path).expect(404);
        expect(text).toContain('name="q"');
        expect(text).toContain('href="/en/orders"');
        expect(text).toContain('<meta name="robots" content="noindex">');
        expect(headers['cache-control']).toBe('no-store');
      },
    );

    test('an agent-only article looks like one that never was', async () => {
      const hidden = await get('/en/orders/stolen-card');
      const never = await get('/en/orders/never-was');
      expect(hidden.text).toBe(never.text);
      expect(hidden.status).toBe(never.status);
    });

    test('a page in a language that the site does not speak is offered in one that it does', async () => {
      const { text } = await get('/de/orders/cancel-order').set('Accept-Language', 'de,he;q=0.5').expect(404);
      expect(text).toContain('<html lang="he" dir="rtl">');
      expect(text).toContain('עדיין אין לנו עמודים בגרמנית.');
      expect(text).toContain('class="button" href="/he/orders/cancel-order"');
    });

    test('a language in other letters leads to the address as it is', async () => {
      const response = await get('/EN/orders/cancel-order?region=EU').expect(301);
      expect(response.headers.location).toBe('/en/orders/cancel-order?region=EU');
    });

    test('a program gets a problem document instead', async () => {
      const response = await request(world.app)
        .get('/en/nothing')
        .set('Accept', 'application/json')
        .expect(404);
      expect(response.type).toBe('application/problem+json');
      expect(response.body.code).toBe('not-found');
    });

    test.each(['/wp-admin', '/favicon.ico', '/en/orders/cancel-order/more'])(
      '%s is the plain error page, which helps too',
      async (path) => {
        const { text } = await get(path).expect(404);
        expect(text).toContain('There is nothing at this address');
        expect(text).toContain('action="/en/search"');
      },
    );
  });

  describe('search', () => {
    const question = 'I ordered by mistake, stop it please';

    test('shows the one answer, to the letter, with the receipt under which it is kept', async () => {
      const { text, headers } = await get(`/en/search?q=${encodeURIComponent(question)}`).expect(200);
      const ask = { question, answerId: null, ...asking('en') };
      const { answer, fingerprint } = answerer().answer(ask);
      expect(answerOn(text, 'orders/cancel-order#lead')).toEqual({ fingerprint, html: answer?.html });
      expect(headers['cache-control']).toBe('no-store');
      const code = /class="receipt__code" dir="ltr">([^<]+)</.exec(text)?.[1] ?? '';
      const record = await world.deps.recorder.find(code, 'public');
      expect(record).toMatchObject({ channel: 'faq', question, result: { fingerprint } });
      expect(text).toContain(
        `/en/contact?q&#x3D;${encodeURIComponent(question).replaceAll("'", '&#x27;')}&amp;receipt&#x3D;${code}`,
      );
    });

    test('lists what else was found, without the answer itself, in the ranking’s order', async () => {
      const { text } = await get('/en/search?q=where+is+my+parcel').expect(200);
      const hits = answerer().search({ question: 'where is my parcel', limit: 8, ...asking('en') });
      const listed = [...text.matchAll(/class="row__link" href="\/en\/([^"]+)"/g)].map(([, id]) => id);
      expect(hits[0]?.answerId).toBe('orders/track-parcel#lead');
      expect(listed).toEqual(hits.slice(1).map(({ answerId }) => answerId));
    });

    test('asks back with links that carry the question, and with the same fingerprint as every channel', async () => {
      const asked = 'change your mind, withdrawal law';
      const result = answerer().answer({ question: asked, answerId: null, ...asking('en') });
      expect(result.status).toBe('clarify');
      const { text } = await get(`/en/search?q=${encodeURIComponent(asked)}&conversation=c-1`).expect(200);
      expect(text).toContain(`data-fingerprint="${result.fingerprint}"`);
      const [option] = result.clarification?.options ?? [];
      expect(text).toContain(option?.label);
      if (result.clarification?.dimension)
        expect(text).toContain(
          `/en/search?q&#x3D;${encodeURIComponent(asked)}&amp;conversation&#x3D;c-1&amp;${result.clarification.dimension}&#x3D;${option?.value}`,
        );
    });

    test('without an answer leads to a person with the question, and shows the topics', async () => {
      const { text } = await get('/en/search?q=zzyzx+qwrtp').expect(200);
      const { status, fingerprint } = answerer().answer({
        question: 'zzyzx qwrtp',
        answerId: null,
        ...asking('en'),
      });
      expect(status).toBe('no_answer');
      expect(text).toContain(`data-fingerprint="${fingerprint}"`);
      expect(text).toContain('We have no approved answer to that.');
      expect(text).toMatch(/class="button" href="\/en\/contact\?q&#x3D;zzyzx%20qwrtp&amp;receipt&#x3D;/);
      expect(text).toContain('href="/en/orders"');
      expect(text).not.toContain('data-answer-id');
    });

    test('in a language without the article says in which language the answer is', async () => {
      const { text } = await get(`/he/search?q=${encodeURIComponent(question)}`).expect(200);
      expect(text).toContain('התשובה הזו זמינה כרגע רק באנגלית.');
      expect(text).toMatch(/<div class="prose" lang="en" dir="ltr" data-answer-id/);
    });

    test('without a question is a page with the box and the topics, and records nothing', async () => {
      for (const path of ['/en/search', '/en/search?q=', '/en/search?q=%20%20']) {
        const { text } = await get(path).expect(200);
        expect(text).toContain('name="q"');
        expect(text).not.toContain('receipt');
      }
    });

    test('takes 2,000 characters, and kindly refuses one more', async () => {
      await get(`/en/search?q=${encodeURIComponent('ש'.repeat(2000))}`).expect(200);
      const { text } = await get(`/en/search?q=${'a'.repeat(2001)}`).expect(400);
      expect(text).toContain('longer than 2,000 characters');
      expect(text).toContain('name="q"');
    });

    test('a question that is given twice is refused', async () => {
      await get('/en/search?q=a&q=b').expect(400);
    });

    test.each([
      '"><script>alert(1)</script>',
      `' onfocus=alert(1) autofocus x='`,
      '</title><img src=x onerror=alert(1)>',
      '{{page.frame}} {{{html}}}',
      'javascript:alert(1)',
      '\u202e\u0000\ud800 lone',
    ])('shows %j as text, wherever it stands', async (hostile) => {
      for (const page of ['search', 'contact']) {
        const url = `/en/${page}?q=${encodeURIComponent(hostile.replace('\ud800', ''))}`;
        const { text } = await get(url).expect(200);
        expect(text).not.toMatch(/<script>|<img|\sonfocus=|\sonerror=|href="javascript/);
      }
    });
  });

  describe('contact', () => {
    test('carries the question into the letter, so that nobody asks twice', async () => {
      const { text } = await get('/en/contact?q=Where+%26+when%3F').expect(200);
      expect(text).toContain('<blockquote dir="auto">Where &amp; when?</blockquote>');
      const letter = /href="(mailto:care@small\.example[^"]+)"/.exec(text)?.[1] ?? '';
      const query = new URLSearchParams(
        letter.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=').split('?')[1],
      );
      expect(query.get('subject')).toBe('A question from the help desk');
      expect(query.get('body')).toContain('Where & when?');
    });

    test('with a receipt names the desk that the answer named, and says nothing of what was asked', async () => {
      const asked = await get('/en/search?q=cancel+order+not+shipped+yet+secretword').expect(200);
      const code = /class="receipt__code" dir="ltr">([^<]+)</.exec(asked.text)?.[1] ?? '';
      const { text } = await get(`/en/contact?q=hello&receipt=${code}`).expect(200);
      expect(text).toMatch(/id="first-contact">Orders desk</);
      expect(text).toContain(code);
      expect(text).not.toContain('secretword');
    });

    test('an unknown or broken receipt is not shown', async () => {
      const { text } = await get('/en/contact?q=hello&receipt=%22%3E%3Cb%3E').expect(200);
      expect(text).not.toContain('receipt__code');
      expect(text).toMatch(/id="first-contact">Customer care</);
    });

    test('shows phone numbers as people read them', async () => {
      const { text } = await get('/en/contact').expect(200);
      expect(text).toContain('href="tel:+18005550142"');
      expect(text).toContain('<bdi dir="ltr">+1 800 555 0142</bdi>');
    });
  });

  describe('feeds', () => {
    test('sitemap.xml names every public page in its languages, with the day of its verification', async () => {
      const { text, type } = await request(world.app).get('/sitemap.xml').expect(200);
      expect(type).toBe('application/xml');
      const places = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => url);
      expect(places).toContain('https://help.small.example/he/orders/track-parcel');
      expect(places).not.toContain('https://help.small.example/he/orders/cancel-order');
      expect(new Set(places).size).toBe(places.length);
      expect(text).toContain(
        '<loc>https://help.small.example/en/returns/torn-seam</loc>\n<lastmod>2024-01-01</lastmod>',
      );
      expect(text).toContain(
        '<xhtml:link rel="alternate" hreflang="he" href="https://help.small.example/he/orders/track-parcel"/>',
      );
      expect(text).not.toContain('stolen');
    });

    test('robots.txt keeps result pages out and names the sitemap', async () => {
      const { text } = await request(world.app).get('/robots.txt').expect(200);
      expect(text).toContain('Disallow: /en/search');
      expect(text).toContain('Sitemap: https://help.small.example/sitemap.xml');
    });

    test('opensearch.xml lets a browser ask from its address bar', async () => {
      const { text, type } = await request(world.app).get('/he/opensearch.xml').expect(200);
      expect(type).toBe('application/opensearchdescription+xml');
      expect(text).toContain('template="https://help.small.example/he/search?q={searchTerms}"');
    });
  });

  test('a page after a publication is wholly the new one', async () => {
    const small = await makeApp(smallWorld(files).snapshot);
    const before = await request(small.app).get('/en/orders/track-parcel');
    const changed = { ...files, 'en/orders/track-parcel.md': makeArticle({ title: 'Where is it now?' }) };
    small.serve(smallWorld({ ...changed, 'he/orders/track-parcel.md': null }).snapshot);
    const after = await request(small.app)
      .get('/en/orders/track-parcel')
      .set('If-None-Match', String(before.headers.etag));
    expect(after.status).toBe(200);
    expect(after.text).toContain('Where is it now?');
    expect(after.text).not.toContain('Track');
    await small.close();
  });
});
