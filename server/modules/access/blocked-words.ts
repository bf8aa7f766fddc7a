/**
 * Words that breached passwords of 15 and more characters are made of (shortest first would match too little, so the caller
 * sorts by length). A phrase of several unrelated words stays allowed: only what is made of nothing but these is refused.
 */
export const blockedWords: readonly string[] = `
muster password passwort passwd kennwort motdepasse contrasena wachtwoord parola senha salasana haslo passphrase
admin administrator root superuser login signin welcome willkommen bienvenue changeme letmein default temporary
secret geheim qwerty qwertz azerty iloveyou ichliebedich teamo jetaime trustno1 monkey dragon sunshine princess prinzessin
football fussball baseball basketball superman batman starwars pokemon whatever shadow master killer michael jennifer jordan
ashley daniel thomas andrea computer internet samsung iphone google facebook microsoft windows linkedin training learning
schulung company firma office corona summer winter spring autumn sommer herbst fruehling fruhling january february march
april june july august september october november december januar februar maerz mai juni juli oktober dezember monday
tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag test testing
demo guest gast hello hallo security sicherheit access zugang mypassword thisismy thisis my is the and love liebe
schatz baby angel hottie lovely ninja mustang charlie cheese freedom hunter buster soccer hockey george harley ranger
tigger robert pepper jessica cookie chocolate butterfly purple orange ginger silver golden diamond flower
correcthorsebatterystaple correct horse battery staple tobeornottobe thequickbrownfox jumpsoverthelazydog
abc abcd xyz aaa bbb ccc qaz wsx edc asdf zxcv yxcv uiop hjkl
`.trim().split(/\s+/);
