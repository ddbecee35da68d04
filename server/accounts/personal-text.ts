/** Most characters of an e-mail address (RFC 5321). */
export const longestEmail = 254;

/** An e-mail address as far as its form tells: one @, no blank and no character that is not seen. */
export const emailForm = /^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$/u;

/** Marks that turn the direction of what follows them, so that a text reads as another: no name needs them. */
export const turningMarks = /[\u202a-\u202e\u2066-\u2069]/gu;
