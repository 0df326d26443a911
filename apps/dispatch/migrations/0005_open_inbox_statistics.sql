-- Which department has how many open orders: taken by themselves the two columns say that a department which leaves its orders lying has few open ones, and then the inbox read all of
-- them and sorted, instead of walking along the index to the end of its page. By chance of the sample, from one ANALYZE to the next: 1.5 or 0.75 ms with 637 open orders of 100,000.
CREATE STATISTICS work_order_open (mcv) ON department, status FROM work_order;
ANALYZE work_order;
