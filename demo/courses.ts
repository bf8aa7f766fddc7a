/** Two small courses a company could really give. */
import type { Content } from "../server/modules/courses/content.ts";

type Quiz = Extract<Content["units"][number], { kind: "quiz" }>;
type Question = Quiz["pools"][number]["questions"][number];

const single = (id: string, text: string, right: string, wrong: readonly string[], explanation: string): Question =>
  ({ id, kind: "single", text, points: 1, explanation, choices: [{ id: "c0right", text: right, isCorrect: true }, ...wrong.map((t, i) => ({ id: `c${i + 1}wrong`, text: t, isCorrect: false }))] });
const multiple = (id: string, text: string, right: readonly string[], wrong: readonly string[], explanation: string): Question =>
  ({ id, kind: "multiple", text, points: 2, explanation, choices: [...right.map((t, i) => ({ id: `r${i}right`, text: t, isCorrect: true })), ...wrong.map((t, i) => ({ id: `w${i}wrong`, text: t, isCorrect: false }))] });
const trueFalse = (id: string, text: string, isTrue: boolean, explanation: string): Question => ({ id, kind: "true_false", text, points: 1, explanation, isTrue });

export const fire = (picture: string | null): Content => ({ units: [
  { id: "fire0001", kind: "lesson", title: "When the alarm sounds", minutes: 5, markdown: `## Leave first, ask later

When you hear the alarm:

1. **Stop** what you are doing. Machines off, if it takes no longer than a second.
2. **Leave** by the nearest marked exit. Never use a lift.
3. **Go to the assembly point** of your building and wait to be counted.
${picture === null ? "" : `\n![The way out: follow the green signs to the assembly point](file:${picture})\n`}
> Doors stay shut behind you: smoke kills more people than flames do.

| Signal | Meaning | What you do |
|---|---|---|
| continuous tone | fire | leave the building |
| three short tones | drill is over | come back when your warden says so |
| voice message | other danger | follow the words exactly |` },
  { id: "fire0002", kind: "lesson", title: "Fighting a small fire", minutes: 6, markdown: `## Only if you can leave again

Use an extinguisher **only** when the fire is no larger than a waste bin *and* your way out is behind you.

- Pull the pin, aim at the **base** of the fire, press in short bursts.
- Electric equipment: CO₂, never water.
- Fat or oil: a fire blanket, never water.

If it is not out after one extinguisher, leave and close the door. Call the internal emergency number **112** from any phone.` },
  { id: "fire0003", kind: "document", title: "House rules on fire protection", minutes: 3, file: null, statement: "I have read the house rules on fire protection and will follow them.", markdown: `## House rules on fire protection, edition 7

1. Escape routes are kept clear at all times. Nothing is stored in stairways, not even for a minute.
2. Fire doors are never wedged open.
3. Chargers for vehicles stand only in marked places.
4. Candles, open flames and private heaters are not allowed.
5. Hot work needs a permit on the day it is done.
6. Everybody takes part in two drills a year.` },
  { id: "fire0004", kind: "quiz", title: "Check what you know", minutes: 6, intro: "Ten questions, eight of ten points to pass. You may try three times; your answers are saved as you give them.", passPercent: 80, maxSittings: 3, limitMinutes: 20, shuffle: true, feedback: "answers_when_passed",
    pools: [{ id: "firepool", title: "Fire safety", draw: 8, questions: [
      single("fq000001", "The alarm sounds while you are on the phone with a customer. What do you do?", "Hang up and leave the building", ["Finish the call, then leave", "Ask a colleague whether it is a drill"], "Every alarm is real until you have been counted."),
      single("fq000002", "Which extinguisher is right for a burning computer?", "CO₂", ["Water", "Foam"], "Water conducts electricity."),
      multiple("fq000003", "When may you fight a fire yourself?", ["It is no larger than a waste bin", "Your way out is behind you"], ["Your manager asked you to", "There is an extinguisher in the next room"], "Both must be true, else leave."),
      trueFalse("fq000004", "In case of fire a lift may be used if it is still running.", false, "It may stop between floors or open on the burning one."),
      single("fq000005", "Where do you aim an extinguisher?", "At the base of the fire", ["At the tips of the flames", "At the smoke"], "What burns is at the base."),
      trueFalse("fq000006", "A fire door may be wedged open while goods are delivered.", false, "A wedged door is no fire door."),
      { id: "fq000007", kind: "numeric", text: "Which internal number do you call?", points: 1, answer: "112", tolerance: "0", unit: "", explanation: "112, from any phone on site." },
      single("fq000008", "Burning fat in the canteen kitchen is put out with …", "a fire blanket", ["water", "a wet towel"], "Water turns burning fat into a fireball."),
      multiple("fq000009", "What belongs in a stairway?", ["Nothing"], ["Parcels, for a few minutes", "Bicycles"], "Escape routes are kept clear at all times."),
      trueFalse("fq000010", "After leaving you wait at the assembly point until you have been counted.", true, "Otherwise people risk their lives looking for you."),
    ] }] },
] });

export const privacy = (): Content => ({ units: [
  { id: "priv0001", kind: "lesson", title: "What personal data is", minutes: 5, markdown: `## More than names

Personal data is **anything that can be linked to a person**: a name, an e-mail address, a licence plate, a shift plan, a voice on an answering machine.

Ask yourself three questions before you use it:

1. **Do I need it** for this task?
2. **May I use it** for this purpose?
3. **Who else** will see it?

If one answer is unclear, ask the data protection officer first.` },
  { id: "priv0002", kind: "lesson", title: "When something goes wrong", minutes: 4, markdown: `## 72 hours

A lost laptop, a mail to the wrong list, a strange login: **tell us at once**. The company has 72 hours to report, and the clock starts when *you* notice.

Nobody is blamed for reporting.` },
  { id: "priv0003", kind: "quiz", title: "Check what you know", minutes: 5, intro: "Five questions.", passPercent: 80, maxSittings: null, limitMinutes: null, shuffle: true, feedback: "answers", pools: [{ id: "privpool", title: "Privacy", draw: null, questions: [
    multiple("pq000001", "Which of these are personal data?", ["A licence plate", "A shift plan with names", "A voice message"], ["The company's postal address"], "All that can be linked to a person."),
    single("pq000002", "You sent a list of salaries to the wrong address. What now?", "Report it at once", ["Recall the mail and say nothing", "Wait whether the receiver answers"], "The clock of 72 hours starts when you notice."),
    { id: "pq000003", kind: "numeric", text: "Within how many hours must the company report a breach?", points: 1, answer: "72", tolerance: "0", unit: "hours", explanation: "72 hours after it became known." },
    trueFalse("pq000004", "Data that was collected for payroll may be used for a birthday list without asking.", false, "Another purpose needs another permission."),
    trueFalse("pq000005", "If in doubt, the data protection officer decides.", true, "Ask first; it is quicker than repairing."),
  ] }] },
] });
