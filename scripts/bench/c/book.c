/*
 * The C twin of scripts/bench/book.ts: the same books, the same rows, the same hash.
 * usage: book EVENTS PRICES LEVELS MARKETS
 *   EVENTS  rows of three little-endian columns one after the other: u32 key, i32 quantity, u16 price
 *   PRICES  i32 price of each level
 * Prints "<nanoseconds> <hash>" of one pass after one warm-up pass over fresh books.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  int64_t *sizes;
  uint32_t *occupied;
  int32_t words, best, count;
} Ladder;

typedef struct {
  Ladder side[2];
  const int32_t *prices;
  const int16_t *levels;
  int whole;
  int64_t ignored;
} Book;

static int32_t below(const Ladder *ladder, int32_t level) {
  if (level <= 0) return -1;
  int32_t word = (level - 1) >> 5;
  uint32_t bits = ladder->occupied[word] & (0xffffffffu >> (31 - ((level - 1) & 31)));
  while (bits == 0) {
    if (word == 0) return -1;
    bits = ladder->occupied[--word];
  }
  return (word << 5) + 31 - __builtin_clz(bits);
}

static int32_t above(const Ladder *ladder, int32_t level) {
  int32_t word = (level + 1) >> 5;
  if (word >= ladder->words) return -1;
  uint32_t bits = ladder->occupied[word] & (0xffffffffu << ((level + 1) & 31));
  while (bits == 0) {
    if (++word == ladder->words) return -1;
    bits = ladder->occupied[word];
  }
  return (word << 5) + __builtin_ctz(bits);
}

static void apply(Book *book, int side, uint16_t price, int32_t change) {
  if (!book->whole) {
    book->ignored++;
    return;
  }
  int32_t level = price <= 10000 ? book->levels[price] : -1;
  if (level < 0) {
    book->whole = 0;
    return;
  }
  Ladder *ladder = &book->side[side];
  int64_t before = ladder->sizes[level];
  int64_t size = before + change;
  if (size > 0) {
    ladder->sizes[level] = size;
    if (before == 0) {
      ladder->occupied[level >> 5] |= 1u << (level & 31);
      ladder->count++;
      if (side == 0 ? level > ladder->best : (uint32_t)level < (uint32_t)ladder->best) ladder->best = level;
    }
  } else if (size == 0 && before != 0) {
    ladder->sizes[level] = 0;
    ladder->occupied[level >> 5] &= ~(1u << (level & 31));
    ladder->count--;
    if (level == ladder->best) ladder->best = side == 0 ? below(ladder, level) : above(ladder, level);
  } else if (size < 0) {
    book->whole = 0;
  }
}

static uint32_t replay(Book *books, const uint32_t *keys, const uint16_t *prices, const int32_t *quantities, size_t rows) {
  uint32_t hash = 0x811c9dc5u;
  for (size_t row = 0; row < rows; row++) {
    uint32_t key = keys[row];
    Book *book = &books[key >> 5];
    if ((key & 14) == 0) {
      apply(book, key & 1, prices[row], quantities[row]);
    } else {
      int32_t bid = book->side[0].best, ask = book->side[1].best;
      uint32_t bid_e4 = bid < 0 ? 0 : (uint32_t)book->prices[bid];
      uint32_t ask_e4 = ask < 0 ? 10000 : (uint32_t)book->prices[ask];
      hash = (hash ^ (bid_e4 << 14 | ask_e4)) * 0x01000193u;
    }
  }
  return hash;
}

static void *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) exit(2);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  void *bytes = malloc(*size);
  if (!bytes || fread(bytes, 1, *size, file) != *size) exit(2);
  fclose(file);
  return bytes;
}

static Book *fresh(int markets, int levels, const int32_t *prices, const int16_t *table) {
  Book *books = calloc((size_t)markets, sizeof(Book));
  for (int market = 0; market < markets; market++) {
    Book *book = &books[market];
    book->prices = prices;
    book->levels = table;
    book->whole = 1;
    for (int side = 0; side < 2; side++) {
      Ladder *ladder = &book->side[side];
      ladder->words = (levels + 31) >> 5;
      ladder->sizes = calloc((size_t)levels, sizeof(int64_t));
      ladder->occupied = calloc((size_t)ladder->words, sizeof(uint32_t));
      ladder->best = -1;
    }
  }
  return books;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  size_t bytes, grid_bytes;
  char *events = read_file(argv[1], &bytes);
  int32_t *grid = read_file(argv[2], &grid_bytes);
  int levels = atoi(argv[3]), markets = atoi(argv[4]);
  if (grid_bytes != (size_t)levels * sizeof(int32_t)) return 2;
  size_t rows = bytes / 10;
  const uint32_t *keys = (const uint32_t *)events;
  const int32_t *quantities = (const int32_t *)(events + rows * 4);
  const uint16_t *prices = (const uint16_t *)(events + rows * 8);
  int16_t *table = malloc(10001 * sizeof(int16_t));
  for (int price = 0; price <= 10000; price++) table[price] = -1;
  for (int level = 0; level < levels; level++) table[grid[level]] = (int16_t)level;

  uint32_t warm = replay(fresh(markets, levels, grid, table), keys, prices, quantities, rows);
  Book *books = fresh(markets, levels, grid, table);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  uint32_t hash = replay(books, keys, prices, quantities, rows);
  clock_gettime(CLOCK_MONOTONIC, &end);
  if (hash != warm) return 3;
  for (int market = 0; market < markets; market++)
    for (int side = 0; side < 2; side++)
      for (int level = 0; level < levels; level++)
        hash = (hash ^ (uint32_t)books[market].side[side].sizes[level]) * 0x01000193u;
  printf("%lld %08x\n", (long long)(end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec), hash);
  return 0;
}
