import type { Role } from '../accounts/roles.ts';
import type { Words } from '../http/words.ts';

/** What a role is called on pages. */
export function roleInWords(role: Role, words: Words): string {
  switch (role) {
    case 'agent':
      return words.say('role.agent');
    case 'editor':
      return words.say('role.editor');
    case 'manager':
      return words.say('role.manager');
    case 'admin':
      return words.say('role.admin');
  }
}
