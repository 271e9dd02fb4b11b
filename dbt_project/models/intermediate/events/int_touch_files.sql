with

told as (

    select
        source,
        source_file as _source_file,
        {{ rows_print(touch_columns()) }} as file_state
    from {{ ref('int_events_told') }}
    group by source, source_file

),

final as (

    select
        source,
        _source_file,
        file_state
    from {{ ref('int_tracked_files') }}
    union all
    select
        source,
        _source_file,
        file_state
    from told

)

select * from final
