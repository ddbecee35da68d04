import { makeArticle, smallWorld, smallYaml } from '../../support/small-world.ts';

/** A word that stands in agents' text alone. */
export const agentsOnly = 'zanzibarite';

/**
 * A small company with one article of each kind that the API must show: plain, translated, depending on the customer,
 * depending on the day, needing confirmation, superseded, not yet in force, and for agents only. Customer care takes
 * questions by webhook. Today is 2026-11-22.
 */
export function apiWorld() {
  return smallWorld({
    'site.yaml': (smallYaml['site.yaml'] ?? '').replace(
      'phone: "+18005550142" }',
      'phone: "+18005550142", handover: { webhook: true } }',
    ),
    'en/orders/cancel-order.md': makeArticle({
      title: 'Can I cancel my order before it ships?',
      questions: ['I ordered by mistake, stop it please', 'cancel order not shipped yet'],
      related: ['returns/return-window'],
      offers: ['free-shipping-code'],
      body: `
Yes. An order that has not shipped can be cancelled free of charge within {{fact:cancellation-window}}.

## How to cancel {#how-to-cancel}

Open your order and choose **Cancel**. See [how long you can return](../returns/return-window.md).

:::agent
Offer {{offer:free-shipping-code}} to a ${agentsOnly} customer.
:::
`,
    }),
    'he/orders/cancel-order.md': makeArticle({
      title: 'אפשר לבטל הזמנה לפני המשלוח?',
      questions: ['הזמנתי בטעות, תעצרו את זה'],
      body: `
כן. אפשר לבטל הזמנה שלא נשלחה בתוך {{fact:cancellation-window}}, ללא עלות.

## איך מבטלים {#how-to-cancel}

פותחים את ההזמנה ובוחרים בביטול.
`,
    }),
    'fa/orders/cancel-order.md': makeArticle({
      title: 'آیا می‌توانم سفارشم را پیش از ارسال لغو کنم؟',
      questions: ['اشتباهی سفارش دادم، متوقفش کنید'],
      body: `
بله. سفارشی که ارسال نشده است تا {{fact:cancellation-window}} رایگان لغو می‌شود.

## چگونه لغو کنم {#how-to-cancel}

سفارش را باز کنید و لغو را انتخاب کنید.
`,
    }),
    'ms/orders/cancel-order.md': makeArticle({
      title: 'Bolehkah saya membatalkan pesanan sebelum dihantar?',
      questions: ['saya tersalah pesan, tolong hentikan'],
      related: ['returns/return-window'],
      body: `
Ya. Pesanan yang belum dihantar boleh dibatalkan secara percuma dalam masa {{fact:cancellation-window}}.

## Cara membatalkan {#how-to-cancel}

Buka pesanan anda dan pilih Batal.
`,
    }),
    'en/orders/shipping-costs.md': makeArticle({
      title: 'What does shipping cost?',
      questions: ['price of delivery', 'how much is postage'],
      body: 'Standard shipping costs {{fact:shipping-fee}}.',
    }),
    'en/orders/gift-wrap.md': makeArticle({
      title: 'Do you wrap presents?',
      questions: ['gift wrapping paper and ribbon'],
      verified: '2025-01-02',
      body: 'Every parcel can be wrapped as a present at no charge.',
    }),
    'en/returns/return-window.md': makeArticle({
      title: 'How long can I return an item?',
      questions: ['send it back after two weeks', 'is it too late to return this'],
      owner: 'care',
      supersedes: 'returns/old-window',
      body: `
You can send an item back within {{fact:return-window}} after delivery.

## Returns to a shop {#shop}

Bring the item and its receipt to any shop.
`,
    }),
    'en/returns/summer-returns.md': makeArticle({
      title: 'Are there longer summer returns?',
      questions: ['summer holiday returns period'],
      effective: { from: '2027-06-01', to: '2027-09-01' },
      body: 'In summer you may return everything until autumn.',
    }),
    'en/orders/stolen-card.md': makeArticle({
      title: 'What do I do when a payment card looks stolen?',
      questions: [`${agentsOnly} chargeback warning`],
      audience: 'agent',
      body: `Stop the parcel and tell the fraud desk. ${agentsOnly}.`,
    }),
  });
}
