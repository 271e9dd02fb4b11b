with

source as (

    select * from {{ source('landing', 'wjx_answers') }}

),

newest as (

    {{ dedupe('source', key=['answer_no', 'submitted_at']) }}

),

final as (

    select
        ---------- ids
        cast(answer_no as string) as answer_no,

        ---------- text
        cast(seconds as string) as seconds,
        cast(source as string) as stated_by,
        cast(ip as string) as ip,
        cast(phone as string) as phone,
        cast(choices as string) as choices,
        cast(satisfaction as string) as satisfaction,
        cast(gender as string) as gender,

        ---------- numbers
        cast(total_score as decimal(18, 6)) as total_score,

        ---------- timestamps
        cast(submitted_at as timestamp) as submitted_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
