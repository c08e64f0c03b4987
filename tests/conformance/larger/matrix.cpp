// Matrices: blocked multiplication, LU decomposition with pivoting, power iteration, a Jacobi
// sweep. levels: 0 2 3
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <utility>
#include <vector>

class Matrix {
  std::size_t rows_, columns_;
  std::vector<double> data_;

public:
  Matrix(std::size_t rows, std::size_t columns, double value = 0)
      : rows_(rows), columns_(columns), data_(rows * columns, value) {}
  static Matrix identity(std::size_t n) {
    Matrix result(n, n);
    for (std::size_t i = 0; i < n; ++i)
      result(i, i) = 1;
    return result;
  }
  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  double &operator()(std::size_t i, std::size_t j) { return data_[i * columns_ + j]; }
  double operator()(std::size_t i, std::size_t j) const { return data_[i * columns_ + j]; }
  Matrix &operator+=(const Matrix &other) {
    require(rows_ == other.rows_ && columns_ == other.columns_, "sizes differ in +=");
    for (std::size_t i = 0; i < data_.size(); ++i)
      data_[i] += other.data_[i];
    return *this;
  }
  Matrix transposed() const {
    Matrix result(columns_, rows_);
    for (std::size_t i = 0; i < rows_; ++i)
      for (std::size_t j = 0; j < columns_; ++j)
        result(j, i) = (*this)(i, j);
    return result;
  }
  static void require(bool condition, const char *text) {
    if (!condition)
      throw std::invalid_argument(text);
  }
};

Matrix operator*(const Matrix &a, const Matrix &b) {
  Matrix::require(a.columns() == b.rows(), "sizes differ in *");
  constexpr std::size_t kBlock = 16;
  Matrix result(a.rows(), b.columns());
  for (std::size_t ii = 0; ii < a.rows(); ii += kBlock)
    for (std::size_t kk = 0; kk < a.columns(); kk += kBlock)
      for (std::size_t i = ii; i < std::min(ii + kBlock, a.rows()); ++i)
        for (std::size_t k = kk; k < std::min(kk + kBlock, a.columns()); ++k) {
          double factor = a(i, k);
          for (std::size_t j = 0; j < b.columns(); ++j)
            result(i, j) += factor * b(k, j);
        }
  return result;
}

struct Decomposition {
  Matrix lu;
  std::vector<std::size_t> order;
  double determinant = 1;

  explicit Decomposition(Matrix a) : lu(std::move(a)) {
    std::size_t n = lu.rows();
    for (std::size_t i = 0; i < n; ++i)
      order.push_back(i);
    for (std::size_t column = 0; column < n; ++column) {
      std::size_t pivot = column;
      for (std::size_t row = column + 1; row < n; ++row)
        if (std::fabs(lu(row, column)) > std::fabs(lu(pivot, column)))
          pivot = row;
      if (std::fabs(lu(pivot, column)) < 1e-12)
        throw std::domain_error("the matrix is singular");
      if (pivot != column) {
        for (std::size_t j = 0; j < n; ++j)
          std::swap(lu(pivot, j), lu(column, j));
        std::swap(order[pivot], order[column]);
        determinant = -determinant;
      }
      determinant *= lu(column, column);
      for (std::size_t row = column + 1; row < n; ++row) {
        double factor = lu(row, column) /= lu(column, column);
        for (std::size_t j = column + 1; j < n; ++j)
          lu(row, j) -= factor * lu(column, j);
      }
    }
  }

  std::vector<double> solve(const std::vector<double> &b) const {
    std::size_t n = lu.rows();
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = b[order[i]];
      for (std::size_t j = 0; j < i; ++j)
        x[i] -= lu(i, j) * x[j];
    }
    for (std::size_t i = n; i-- > 0;) {
      for (std::size_t j = i + 1; j < n; ++j)
        x[i] -= lu(i, j) * x[j];
      x[i] /= lu(i, i);
    }
    return x;
  }
};

std::uint32_t state = 12345;
double random01() {
  state = state * 1664525u + 1013904223u;
  return state / 4294967296.0;
}

int main() {
  const std::size_t n = 40;
  Matrix a(n, n);
  std::vector<double> b;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      a(i, j) = random01() - 0.5;
    b.push_back(random01());
  }
  Decomposition decomposition(a);
  std::vector<double> x = decomposition.solve(b);
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = -b[i];
    for (std::size_t j = 0; j < n; ++j)
      sum += a(i, j) * x[j];
    worst = std::max(worst, std::fabs(sum));
  }
  std::printf("determinant %a, x[0] %a, residual small %d\n", decomposition.determinant, x[0],
              worst < 1e-9);
  Matrix symmetric = a * a.transposed();
  symmetric += Matrix::identity(n);
  Matrix vector(n, 1, 1);
  double value = 0;
  for (int step = 0; step < 200; ++step) {
    vector = symmetric * vector;
    value = 0;
    for (std::size_t i = 0; i < n; ++i)
      value += vector(i, 0) * vector(i, 0);
    value = std::sqrt(value);
    for (std::size_t i = 0; i < n; ++i)
      vector(i, 0) /= value;
  }
  std::printf("largest eigenvalue %a\n", value);
  try {
    Matrix wrong = a * Matrix(3, 3);
  } catch (const std::invalid_argument &error) {
    std::printf("%s\n", error.what());
  }
  try {
    Decomposition singular(Matrix(4, 4, 1));
  } catch (const std::domain_error &error) {
    std::printf("%s\n", error.what());
  }
}
