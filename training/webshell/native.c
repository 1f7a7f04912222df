/* The loops of the training that are too slow in Python: n-grams of the linear model, maxima of the network.
 * Hashing is that of src/checks/webshells/n-grams.ts; evaluate.ts proves that both say the same. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BITS 24 /* of an n-gram's number; n-grams with the same key are one feature */
#define KEYS (1 << KEY_BITS)
#define STEP 300 /* tokens; a window is two steps */

static inline uint32_t mixed(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}
static inline uint32_t one(uint32_t a) { return mixed(a ^ 0x2c1b3c6du); }
static inline uint32_t two(uint32_t a, uint32_t b) { return mixed((a * 0x9e3779b1u) ^ (b + 0x297a2d39u)); }
static inline uint32_t three(uint32_t a, uint32_t b, uint32_t c) {
  return mixed((((a * 0x9e3779b1u) ^ (b + 0x7ed55d16u)) * 0x85ebca77u) ^ c);
}

#define EACH_GRAM(tokens, from, to, end, body)                                   \
  for (int32_t i = (from); i < (to); i++) {                                      \
    for (int n = 0; n < 3 && i + n < (end); n++) {                               \
      uint32_t gram = n == 0   ? one(tokens[i])                                  \
                      : n == 1 ? two(tokens[i], tokens[i + 1])                   \
                               : three(tokens[i], tokens[i + 1], tokens[i + 2]); \
      uint32_t key = gram >> (32 - KEY_BITS);                                    \
      body                                                                       \
    }                                                                            \
  }

/* In how many groups each key occurs; rows come group by group. */
void group_counts(const uint32_t *tokens, const int64_t *offsets, const int32_t *counts, const int32_t *first_text,
                  const int32_t *rows, int32_t row_count, const int32_t *groups, int32_t *out) {
  int32_t *seen = calloc(KEYS, sizeof *seen);
  int32_t mark = 0;
  for (int32_t r = 0; r < row_count; r++) {
    if (r == 0 || groups[r] != groups[r - 1]) mark++;
    for (int32_t t = first_text[rows[r]]; t < first_text[rows[r] + 1]; t++) {
      const uint32_t *text = tokens + offsets[t];
      EACH_GRAM(text, 0, counts[t], counts[t], {
        if (seen[key] == mark) continue;
        seen[key] = mark;
        out[key]++;
      })
    }
  }
  free(seen);
}

/* The features of each step of each text, once a step: their numbers, with the top bit where it is the first of the
 * text. `feature_of` says the number of a key, -1 where it is no feature. Returns how many there are; where `out` is
 * null nothing is written. */
int64_t text_features(const uint32_t *tokens, const int64_t *offsets, const int32_t *counts, int32_t texts,
                      const int32_t *feature_of, int32_t features, uint32_t *out, int64_t *step_starts,
                      int32_t *text_steps) {
  int32_t *in_text = calloc(features, sizeof *in_text), *in_step = calloc(features, sizeof *in_step);
  int32_t text_mark = 0, step_mark = 0, steps = 0;
  int64_t at = 0;
  for (int32_t t = 0; t < texts; t++) {
    text_mark++;
    text_steps[t] = steps;
    for (int32_t from = 0; from < counts[t]; from += STEP) {
      int32_t to = from + STEP < counts[t] ? from + STEP : counts[t];
      const uint32_t *text = tokens + offsets[t];
      step_mark++;
      if (out) step_starts[steps] = at;
      steps++;
      EACH_GRAM(text, from, to, counts[t], {
        int32_t feature = feature_of[key];
        if (feature < 0 || in_step[feature] == step_mark) continue;
        in_step[feature] = step_mark;
        uint32_t first = in_text[feature] == text_mark ? 0 : 0x80000000u;
        in_text[feature] = text_mark;
        if (out) out[at] = first | (uint32_t)feature;
        at++;
      })
    }
  }
  text_steps[texts] = steps;
  if (out) step_starts[steps] = at;
  free(in_text);
  free(in_step);
  return at;
}

typedef struct {
  float whole, window; /* scores without the bias; window: the best one */
  int32_t step, steps; /* the best window */
  int32_t distinct, window_count;
} text_score;

static text_score score_text(const uint32_t *ids, const int64_t *starts, int32_t steps, const float *w, float power) {
  double sum = 0, before = 0;
  int32_t distinct = 0, count_before = 0;
  text_score found = {0, -1e30f, 0, 1, 0, 0};
  for (int32_t s = 0; s < steps; s++) {
    double here = 0;
    for (int64_t i = starts[s]; i < starts[s + 1]; i++) {
      float weight = w[ids[i] & 0x7fffffffu];
      here += weight;
      if (ids[i] >> 31) {
        sum += weight;
        distinct++;
      }
    }
    int32_t count = (int32_t)(starts[s + 1] - starts[s]);
    if (s > 0 || steps == 1) {
      int32_t n = count + count_before;
      float score = n ? (float)((here + before) / powf(n, power)) : 0;
      if (score > found.window) {
        found.window = score;
        found.window_count = n;
        found.step = s > 0 ? s - 1 : 0;
        found.steps = s > 0 ? 2 : 1;
      }
    }
    before = here;
    count_before = count;
  }
  found.whole = distinct ? (float)(sum / powf(distinct, power)) : 0;
  found.distinct = distinct;
  return found;
}

static void learn(const uint32_t *ids, int64_t from, int64_t to, uint32_t mask, float gradient, float *w,
                  float *squares, float rate, float shrink) {
  for (int64_t i = from; i < to; i++) {
    if (mask && !(ids[i] & mask)) continue;
    uint32_t id = ids[i] & 0x7fffffffu;
    float g = gradient + shrink * w[id];
    squares[id] += g * g;
    w[id] -= rate * g / sqrtf(squares[id] + 1e-6f);
  }
}

static uint64_t state;
static uint32_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32);
}

/* One pass over rows in the order given, AdaGrad on the logistic loss. Learnt from are the window that scores best and
 * the whole text that does. A webshell of one step gets, as often as `splice` says, an honest step beside it.
 * `bias` holds two numbers and their squares: of windows, of whole texts. */
double linear_epoch(const uint32_t *ids, const int64_t *step_starts, const int32_t *text_steps,
                    const int32_t *first_text, const int32_t *order, int32_t rows, const uint8_t *labels,
                    const float *weights, const int32_t *honest, const int32_t *honest_from, const uint8_t *languages,
                    float *w, float *squares, float *bias, float power, float rate, float shrink, float splice,
                    uint64_t seed) {
  double loss = 0;
  state = seed;
  for (int32_t r = 0; r < rows; r++) {
    int32_t row = order[r];
    int32_t best[2] = {-1, -1};
    float top[2] = {-1e30f, -1e30f};
    text_score won[2] = {{0}, {0}};
    for (int32_t t = first_text[row]; t < first_text[row + 1]; t++) {
      int32_t s = text_steps[t];
      text_score score = score_text(ids, step_starts + s, text_steps[t + 1] - s, w, power);
      if (score.distinct == 0) continue;
      if (score.window > top[0]) { top[0] = score.window; best[0] = t; won[0] = score; }
      if (score.whole > top[1]) { top[1] = score.whole; best[1] = t; won[1] = score; }
    }
    if (best[0] < 0) continue;
    int64_t beside_from = 0, beside_to = 0;
    int32_t l = languages[row], choices = honest_from[l + 1] - honest_from[l];
    if (labels[row] && won[0].steps == 1 && choices > 0 && (next_random() >> 8) < splice * (1 << 24)) {
      int32_t t = honest[honest_from[l] + next_random() % choices];
      int32_t steps = text_steps[t + 1] - text_steps[t];
      if (steps > 0) {
        int32_t s = text_steps[t] + next_random() % steps;
        beside_from = step_starts[s];
        beside_to = step_starts[s + 1];
        double sum = (double)won[0].window * powf(won[0].window_count, power);
        for (int64_t i = beside_from; i < beside_to; i++) sum += w[ids[i] & 0x7fffffffu];
        won[0].window_count += (int32_t)(beside_to - beside_from);
        won[0].window = (float)(sum / powf(won[0].window_count, power));
      }
    }
    for (int kind = 0; kind < 2; kind++) {
      text_score s = won[kind];
      int32_t n = kind ? s.distinct : s.window_count;
      float z = (kind ? s.whole : s.window) + bias[kind];
      float p = 1 / (1 + expf(-z));
      float y = labels[row];
      loss += weights[row] * -log((y ? p : 1 - p) + 1e-12);
      float g = (p - y) * weights[row] * 0.5f;
      if (fabsf(g) < 1e-4f) continue;
      bias[2 + kind] += g * g;
      bias[kind] -= rate * g / sqrtf(bias[2 + kind] + 1e-6f);
      float gradient = g / powf(n, power);
      int32_t from = text_steps[best[kind]], to = text_steps[best[kind] + 1];
      if (kind) {
        learn(ids, step_starts[from], step_starts[to], 0x80000000u, gradient, w, squares, rate, shrink);
      } else {
        learn(ids, step_starts[from + s.step], step_starts[from + s.step + s.steps], 0, gradient, w, squares, rate, shrink);
        learn(ids, beside_from, beside_to, 0, gradient, w, squares, rate, shrink);
      }
    }
  }
  return loss;
}

/* Five numbers a row: whole and window of its first text, the worst window of its payloads, the distinct features of the
 * first text, how many payloads. */
void linear_scores(const uint32_t *ids, const int64_t *step_starts, const int32_t *text_steps,
                   const int32_t *first_text, const int32_t *which, int32_t rows, const float *w, float power,
                   float *out) {
  for (int32_t r = 0; r < rows; r++) {
    int32_t row = which[r];
    float *scores = out + 5 * r;
    scores[0] = scores[1] = scores[2] = -30;
    scores[3] = scores[4] = 0;
    for (int32_t t = first_text[row]; t < first_text[row + 1]; t++) {
      int32_t s = text_steps[t];
      text_score found = score_text(ids, step_starts + s, text_steps[t + 1] - s, w, power);
      if (found.distinct == 0) continue;
      if (t == first_text[row]) {
        scores[0] = found.whole;
        scores[1] = found.window;
        scores[3] = found.distinct;
      } else {
        if (found.window > scores[2]) scores[2] = found.window;
        scores[4]++;
      }
    }
  }
}

/* Maxima over time of convolutions of embedded bytes, by tables of 64 16-bit numbers for each width, tap and byte. A sum
 * of as many taps as the width has does not overflow. Windows that reach into the padding do not count, nor do those
 * of a text that is too short. */
#define CHANNELS 64
typedef int16_t lanes __attribute__((vector_size(32), aligned(2)));
typedef uint64_t bits __attribute__((vector_size(32)));

void cnn_maxima(const uint8_t *bytes, int32_t files, int32_t length, const int16_t *tables, const int32_t *widths,
                int32_t kinds, int16_t *maxima, int32_t *places) {
  for (int32_t f = 0; f < files; f++) {
    const uint8_t *text = bytes + (int64_t)f * length;
    int32_t end = length;
    while (end > 16 && text[end - 1] == 0) end--;
    const int16_t *table = tables;
    for (int32_t k = 0; k < kinds; k++) {
      int32_t width = widths[k];
      int16_t best[CHANNELS] __attribute__((aligned(32)));
      int32_t *place = places + ((int64_t)f * kinds + k) * CHANNELS;
      for (int c = 0; c < CHANNELS; c++) { best[c] = -32768; place[c] = 0; }
      lanes *top = (lanes *)best;
      for (int32_t at = 0; at + width <= end; at++) {
        lanes a = {0}, b = {0}, c = {0}, d = {0};
        for (int32_t j = 0; j < width; j++) {
          const lanes *row = (const lanes *)(table + (j * 256 + text[at + j]) * CHANNELS);
          a += row[0];
          b += row[1];
          c += row[2];
          d += row[3];
        }
        bits more = (bits)((a > top[0]) | (b > top[1]) | (c > top[2]) | (d > top[3]));
        if (!(more[0] | more[1] | more[2] | more[3])) continue;
        int16_t sums[CHANNELS] __attribute__((aligned(32)));
        lanes *sum = (lanes *)sums;
        sum[0] = a; sum[1] = b; sum[2] = c; sum[3] = d;
        for (int i = 0; i < CHANNELS; i++) {
          if (sums[i] > best[i]) { best[i] = sums[i]; place[i] = at; }
        }
      }
      memcpy(maxima + ((int64_t)f * kinds + k) * CHANNELS, best, sizeof best);
      table += (int64_t)width * 256 * CHANNELS;
    }
  }
}
